import { DataError } from "../errors";
import { rng } from "../random";
import type { CropConfig, ImageBatch, Split } from "./dataset";

/**
 * The batches of one epoch, in an order that is a function of seed and epoch. The last, partial batch is dropped.
 *
 * Batches are read ahead of being asked for, at most `ahead` of them, so memory is bounded by `ahead` + 1 batches.
 *
 * @param options.fromStep the step inside the epoch to begin at; the batches after it are those of an unbroken epoch, and
 *   nothing before it is read
 * @param options.crop     training crops, drawn by seed, epoch and image; without it images as evaluation sees them
 * @param options.recycle  pixels of batches that were handed out, of this epoch and others, oldest first: all but the newest
 *   are written into again, so that a batch's pixels are its own until the second batch after it is asked for. Without
 *   it each batch is new memory, which then has to be collected.
 * @throws {DataError} when the split has fewer images than a batch
 */
export async function* batches(
  split: Split,
  options: {
    batchSize: number;
    seed: number;
    epoch: number;
    fromStep?: number;
    crop?: CropConfig | null;
    ahead?: number;
    recycle?: Uint8Array[];
  },
): AsyncGenerator<ImageBatch> {
  const { batchSize, seed, epoch, fromStep = 0, crop = null, ahead = 1, recycle } = options;
  if (batchSize > split.count) {
    throw new DataError(
      `Split "${split.name}" has ${split.count} images: expected at least one batch of ${batchSize}.`,
    );
  }
  const order = rng(seed).fold("batches").fold(epoch).permutation(split.count);
  const steps = Math.floor(split.count / batchSize);
  const read = (step: number): Promise<ImageBatch> => {
    const indices = order.slice(step * batchSize, (step + 1) * batchSize);
    const spare = recycle && recycle.length > 1 ? recycle.shift() : undefined;
    const reading =
      crop && split.readCrops ? split.readCrops(indices, crop, { seed, epoch }, spare) : split.read(indices);
    // A failure is thrown when this batch is asked for; until then it is nobody's unhandled rejection.
    reading.catch(() => {});
    return reading;
  };
  const reading: Promise<ImageBatch>[] = [];
  try {
    for (let step = fromStep; step < steps; step++) {
      while (reading.length <= ahead && step + reading.length < steps) reading.push(read(step + reading.length));
      const batch = await (reading.shift() as Promise<ImageBatch>);
      yield batch;
      recycle?.push(batch.pixels);
    }
  } finally {
    // Left early: what is under way ends before the caller goes on.
    await Promise.allSettled(reading);
  }
}
