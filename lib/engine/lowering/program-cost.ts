import { sizeFromShape } from "../../shape";

/** Arithmetic operations of all products in a StableHLO program: 2 · elements of the result · length of the sums. */
export function productFlops(text: string): number {
  let flops = 0;
  const product =
    /stablehlo\.dot_general [^\n]*contracting_dims = \[([\d, ]+)\] x[^\n]*: \(tensor<([\dx]+)x\w+>, [^\n]*-> tensor<((?:\d+x)*)[a-z]\w*>/g;
  for (const [, axes, left, result] of text.matchAll(product)) {
    const lengths = (axes as string).split(",").map((axis) => sizesOf(left as string)[Number(axis)] as number);
    flops += 2 * sizeFromShape([...lengths, ...sizesOf(result as string)]);
  }
  return flops;
}

const elementBytes: Record<string, number> = { f64: 8, i64: 8, ui64: 8, bf16: 2, f16: 2, i8: 1, ui8: 1, i1: 1 };

/**
 * The peak number of bytes a StableHLO program's values take, excluding arguments, if each lives from its definition to
 * its last use. Broadcasts and constants are made where they are used, a bfloat16 is widened there, and reshapes are free; nothing
 * else is assumed fused, so a compiler needs less. The memory of the compiler and of libraries comes on top.
 */
export function peakBytes(text: string): number {
  const lines = text.split("\n");
  const made = new Map<string, { at: number; bytes: number }>();
  const another = new Map<string, string>();
  const lastUse = new Map<string, number>();
  lines.forEach((line, at) => {
    const names = [...line.matchAll(/%\w+/g)].map(([name]) => another.get(name) ?? name);
    for (const name of names) lastUse.set(name, at);
    const [, result, op, dims, type] =
      /^\s*(%\w+) = (?:"?stablehlo\.)?(\w+).*(?:->|:) tensor<((?:\d+x)*)(\w+)>\s*$/.exec(line) ?? [];
    if (result === undefined || op === "broadcast_in_dim" || op === "constant" || op === "iota") return;
    const isWidened = op === "convert" && line.includes("bf16>) ->");
    if (op === "reshape" || isWidened) another.set(result, names[1] as string);
    else made.set(result, { at, bytes: bytesOf(dims as string, type as string) });
  });
  const change = new Float64Array(lines.length + 1);
  for (const [name, { at, bytes }] of made) {
    change[at] = (change[at] ?? 0) + bytes;
    const after = (lastUse.get(name) ?? at) + 1;
    change[after] = (change[after] ?? 0) - bytes;
  }
  let now = 0;
  return change.reduce((most, bytes) => {
    now += bytes;
    return Math.max(most, now);
  }, 0);
}

function bytesOf(dims: string, type: string): number {
  return sizeFromShape(sizesOf(dims)) * (elementBytes[type] ?? 4);
}

/** The sizes of a type as it is written: `2x3x`; a scalar has none. */
function sizesOf(dims: string): number[] {
  return dims.split("x").filter(Boolean).map(Number);
}
