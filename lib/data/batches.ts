import { DataError } from "../errors";
import { rng } from "../random";
import type { ImageBatch, Split } from "./dataset";

/**
 * The batches of one epoch, in an order that is a function of seed and epoch. The last, partial batch is dropped.
 *
 * @param options.fromStep the step inside the epoch to begin at; the batches after it are those of an unbroken epoch
 * @throws {DataError} when the split has fewer images than a batch
 */
export async function* batches(
  split: Split,
  options: { batchSize: number; seed: number; epoch: number; fromStep?: number },
): AsyncGenerator<ImageBatch> {
  const { batchSize, seed, epoch, fromStep = 0 } = options;
  if (batchSize > split.count) {
    throw new DataError(
      `Split "${split.name}" has ${split.count} images: expected at least one batch of ${batchSize}.`,
    );
  }
  const order = rng(seed).fold("batches").fold(epoch).permutation(split.count);
  for (let step = fromStep; (step + 1) * batchSize <= split.count; step++) {
    yield split.read(order.slice(step * batchSize, (step + 1) * batchSize));
  }
}
