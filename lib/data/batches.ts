import { DataError } from "../errors";
import { rng } from "../random";
import type { ImageBatch, Split } from "./dataset";

/**
 * One epoch of a split in a seeded random order, the last partial batch left out.
 *
 * The order is a function of (seed, epoch), so an epoch can be entered at any step without reading what came before.
 *
 * @param order.fromStep  batches of this epoch that were seen already
 */
export async function* batches(
  split: Split,
  order: { batchSize: number; seed: number; epoch: number; fromStep?: number },
): AsyncGenerator<ImageBatch, void> {
  const { batchSize, seed, epoch, fromStep = 0 } = order;
  if (batchSize > split.count) {
    throw new DataError(`${split.name} has ${split.count} images, fewer than one batch of ${batchSize}.`);
  }
  const permutation = rng(seed).fold("order").fold(epoch).permutation(split.count);
  for (let start = fromStep * batchSize; start + batchSize <= split.count; start += batchSize) {
    yield await split.read(permutation.slice(start, start + batchSize));
  }
}
