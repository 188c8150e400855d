/** Memory larger than this is not kept: one enormous file would hold it for as long as the process lives. */
const LARGEST_KEPT = 4 << 20;
/** A file longer than all before it is followed by others like it: some room more, so that few buffers are outgrown. */
const ROOM = 64 << 10;

const spare: Buffer[] = [];

/**
 * Work in memory for a file's bytes, which is the work's own only until it ends: then it is the next file's. New memory for
 * each file is garbage of ten megabytes for every hundred images, and V8's threads spent a fifth of a decoding on it.
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
