import type { Split } from "../../data";
import { DataError } from "../../errors";
import type { Features } from "./features";
import { filledBatches, imageTensor } from "./image-batches";
import { type EncoderPass, encodeTokens } from "./pooled-encoder";

/** Memory limit for the tokens of all images together. */
const MOST_BYTES = 16e9;

/**
 * An encoder's tokens as features, those of an image side by side: N · blocks · D numbers per image.
 *
 * @throws {DataError} when they would take more than 16 GB
 */
export async function tokenFeatures(
  of: EncoderPass,
  { split, places, dataset }: { split: Split; places: Int32Array; dataset: string },
  signal?: AbortSignal,
): Promise<Features & { tokens: number }> {
  const { imageSize, patchSize, embedDim } = of.run.model;
  const tokens = (imageSize / patchSize) ** 2;
  const width = tokens * of.blocks * embedDim;
  if (4 * places.length * width > MOST_BYTES) {
    throw new DataError(
      `The tokens of ${places.length} images take ${Math.round((4 * places.length * width) / 1e9)} GB of memory: expected ` +
        "16 GB at most. Take fewer labels, a smaller test split, or layers: last.",
    );
  }
  const values = new Float32Array(places.length * width);
  for await (const { images, start, filled } of filledBatches(split, places)) {
    signal?.throwIfAborted();
    const pixels = await imageTensor(images, of.run);
    const found = await encodeTokens(of, pixels).finally(() => pixels.dispose());
    values.set((found.dataSync() as Float32Array).subarray(0, filled * width), start * width);
    found.dispose();
  }
  const labels = places.map((place) => split.labels[place] as number);
  return { values, labels, count: places.length, width, dataset, tokens };
}
