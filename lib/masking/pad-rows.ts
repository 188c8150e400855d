/** Each row of `from` entries padded to `to` by repeating its last entry. */
export function padRows(values: Int32Array, { from, to }: { from: number; to: number }): Int32Array {
  if (from === to) return values;
  const rows = values.length / from;
  const padded = new Int32Array(rows * to);
  for (let row = 0; row < rows; row++) {
    padded.set(values.subarray(row * from, (row + 1) * from), row * to);
    padded.fill(values[(row + 1) * from - 1] as number, row * to + from, (row + 1) * to);
  }
  return padded;
}
