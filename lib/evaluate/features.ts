import type { EvaluateConfig, Run } from "../config";
import type { Split } from "../data";
import { compile, tf, uint8Tensor } from "../engine";
import { encodeLayers, normalizeImages, type Parameters } from "../model";

/** One row of numbers per image, with its label. */
export interface Features {
  /** What they are, for a table's row. */
  name: string;
  /** [n · width] row-major. */
  values: Float32Array;
  /** [n] */
  labels: Int32Array;
  count: number;
  width: number;
  /** How they were made, as the first half of a protocol's sentence. */
  protocol: string;
}

/** What features are taken from: a train state is one. */
export interface EncoderSource {
  run: Pick<Run, "model" | "data">;
  parameters(): Parameters;
}

export interface FeatureOptions extends Partial<Pick<EvaluateConfig, "encoder" | "layers">> {
  /** For a table's row; default: the encoder and layers. */
  name?: string;
  onProgress?: (line: string) => void;
}

/** Images per call: large enough that TensorFlow's threads are busy, small enough for any memory. */
const BATCH = 500;

/**
 * Features of every image of a split: the mean over patches of an encoder's output tokens, whole images, no crop.
 *
 * @returns width D for `last`; 4·D for `last4`, the last four blocks side by side, each after the final norm
 *
 * Source: spec (h), "Feature".
 */
export async function extractFeatures(
  source: EncoderSource,
  split: Split,
  options: FeatureOptions = {},
): Promise<Features> {
  const { encoder = "student", layers = "last", onProgress } = options;
  const { model, data } = source.run;
  const prefix = encoder === "student" ? "encoder" : "target_encoder";
  const parameters = source.parameters();
  const pooled = compile(
    (pixels: tf.Tensor4D) => {
      const outputs = encodeLayers(
        parameters,
        prefix,
        normalizeImages(pixels, data),
        model,
        layers === "last4" ? 4 : 1,
      );
      return tf.concat(
        outputs.map((tokens) => tf.mean(tokens, 1)),
        1,
      );
    },
    { name: "features" },
  );
  try {
    const parts = await inBatches(split, BATCH, onProgress, async (pixels, shape) => {
      const input = uint8Tensor<tf.Rank.R4>(pixels, shape);
      const output = await pooled(input).finally(() => input.dispose());
      const values = output.dataSync() as Float32Array;
      output.dispose();
      return values;
    });
    const values = joined(parts, split.count);
    const width = values.length / split.count;
    const depth = layers === "last4" ? `last ${Math.min(4, model.depth)} layers` : "last layer";
    const protocol = `frozen ${encoder}, average-pooled ${depth} (${width})`;
    return {
      name: options.name ?? `${encoder}, ${layers}`,
      values,
      labels: split.labels,
      count: split.count,
      width,
      protocol,
    };
  } finally {
    pooled.dispose();
    tf.dispose(Object.values(parameters));
  }
}

/** The pixels themselves as features, in [0, 1]: the baseline that costs nothing. */
export async function rawPixels(split: Split): Promise<Features> {
  const parts = await inBatches(split, BATCH, undefined, async (pixels) => {
    const shares = new Float32Array(pixels.length);
    for (let index = 0; index < pixels.length; index++) shares[index] = (pixels[index] as number) / 255;
    return shares;
  });
  const values = joined(parts, split.count);
  const width = values.length / split.count;
  const protocol = `raw pixels (${width})`;
  return { name: "raw pixels", values, labels: split.labels, count: split.count, width, protocol };
}

/** Whole batches, the last one filled up with its first image so that one shape is compiled; what was filled up is cut. */
async function inBatches(
  split: Split,
  size: number,
  onProgress: ((line: string) => void) | undefined,
  work: (pixels: Uint8Array, shape: [number, number, number, number]) => Promise<Float32Array>,
): Promise<Float32Array[]> {
  const parts: Float32Array[] = [];
  let told = Date.now();
  for (let start = 0; start < split.count; start += size) {
    const indices = Int32Array.from({ length: size }, (_, index) =>
      start + index < split.count ? start + index : start,
    );
    const { pixels, batch, height, width, channels } = await split.read(indices);
    parts.push(await work(pixels, [batch, height, width, channels]));
    if (Date.now() - told > 2000) {
      told = Date.now();
      onProgress?.(`features of ${split.name}: ${Math.min(split.count, start + size)} of ${split.count} images`);
    }
  }
  return parts;
}

function joined(parts: readonly Float32Array[], count: number): Float32Array {
  const first = parts[0];
  if (!first) return new Float32Array();
  const width = first.length / BATCH;
  const values = new Float32Array(count * width);
  parts.forEach((part, index) => {
    const start = index * first.length;
    values.set(part.subarray(0, Math.min(part.length, values.length - start)), start);
  });
  return values;
}

/** The rows of features at these places. */
export function takeRows(features: Features, places: Int32Array): Features {
  const { values, labels, width } = features;
  const taken = new Float32Array(places.length * width);
  places.forEach((from, to) => {
    taken.set(values.subarray(from * width, (from + 1) * width), to * width);
  });
  return {
    ...features,
    values: taken,
    labels: Int32Array.from(places, (place) => labels[place] as number),
    count: places.length,
  };
}
