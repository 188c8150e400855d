import type { Dataset, SplitName } from "../../data";
import { compile, tf } from "../../engine";
import { encodeParts } from "../../model";
import { normalizeImages } from "../../pixels";
import type { EncoderSource, EncoderWeights } from "./encoder-weights";
import type { Features } from "./features";
import { filledBatches, imageTensor } from "./image-batches";

/** Names of an encoder's parts: `patches`, then for each block after its attention and after its MLP. */
export function partNames(depth: number): string[] {
  const ofBlock = (block: number) => [`block ${block}, attention`, `block ${block}`];
  return ["patches", ...Array.from({ length: depth }, (_, index) => ofBlock(index + 1)).flat()];
}

/**
 * Features of each part of an encoder (`partNames`): the images' mean tokens, from one pass over the images.
 *
 * @param places the images' positions in the split, in the order of the rows returned
 */
export async function partFeatures(
  { run }: EncoderSource,
  { names, tensors }: EncoderWeights,
  { data, split: name, places }: { data: Dataset; split: SplitName; places: Int32Array },
  signal?: AbortSignal,
): Promise<Features[]> {
  const split = data.split(name);
  const { embedDim: width, depth } = run.model;
  const labels = places.map((place) => split.labels[place] as number);
  const about = { dataset: data.fingerprint, labels, count: places.length, width };
  const parts = partNames(depth).map(() => new Float32Array(places.length * width));
  const program = compile(
    (pixels: tf.Tensor, ...values: tf.Tensor[]) => {
      const parameters = Object.fromEntries(names.map((one, index) => [one, values[index] as tf.Tensor]));
      const images = normalizeImages(pixels as tf.Tensor4D, run.data);
      return tf.stack(encodeParts(parameters, "student", { images }, run.model).map((tokens) => tf.mean(tokens, 1)));
    },
    { name: "parts", compiler: run.train.compiler },
  );
  try {
    for await (const { images, start, filled } of filledBatches(split, places)) {
      signal?.throwIfAborted();
      const pixels = await imageTensor(images, run);
      const pooled = await program(pixels, ...tensors).finally(() => pixels.dispose());
      const values = pooled.dataSync() as Float32Array;
      const size = (pooled.shape[1] as number) * width;
      pooled.dispose();
      for (const [at, part] of parts.entries())
        part.set(values.subarray(at * size, at * size + filled * width), start * width);
    }
  } finally {
    program.dispose();
  }
  return parts.map((values) => ({ ...about, values }));
}
