import { DataError, requireWhole } from "../errors";
import { rng } from "../random";
import type { CropConfig, ImageBatch, Split } from "./dataset";

/**
 * The batches of one epoch, in an order that depends only on seed and epoch. A partial last batch is dropped.
 *
 * At most `ahead` batches are prefetched, so memory is bounded by `ahead` + 1 batches.
 *
 * @param options.fromStep the step within the epoch to start at; the batches from there on are those of an
 *   uninterrupted epoch, and nothing before it is read
 * @param options.crop     training crops, drawn by seed, epoch and image; without it, images as evaluation sees them
 * @param options.recycle  pixel buffers of batches handed out earlier, in this epoch or others, oldest first: all but
 *   the newest are reused, so a batch's pixels stay valid until the second batch after it is requested. Without it each
 *   batch allocates new memory, which then has to be garbage-collected.
 * @throws {ConfigError} for a batch size, step, epoch or seed that is none; {DataError} when the split has fewer images than
 *   a batch
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
  requireWhole("batchSize", batchSize, 1);
  requireWhole("epoch", epoch, 0);
  requireWhole("fromStep", fromStep, 0);
  requireWhole("ahead", ahead, 0);
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
    // A failure is thrown when this batch is requested; until then it must not count as an unhandled rejection.
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
    // The caller left early: pending reads finish before it continues.
    await Promise.allSettled(reading);
  }
}
