/** A larger buffer is not kept: one enormous file would hold that memory for the life of the process. */
const LARGEST_KEPT = 4 << 20;
/**
 * A file longer than all before it tends to be followed by similar ones: the headroom means few buffers are outgrown.
 */
const ROOM = 64 << 10;

const spare: Buffer[] = [];

/**
 * Runs work in a reusable buffer for a file's bytes, valid only until the work ends: the next file then takes it over.
 * A new buffer per file makes ten megabytes of garbage per hundred images, and V8's threads spent a fifth of decoding
 * on it.
 */
export async function inFileMemory<Result>(bytes: number, work: (memory: Buffer) => Promise<Result>): Promise<Result> {
  const kept = spare.pop();
  const memory = kept && kept.length >= bytes ? kept : Buffer.allocUnsafeSlow(bytes + ROOM);
  try {
    return await work(memory);
  } finally {
    if (memory.length <= LARGEST_KEPT) spare.push(memory);
  }
}
