import type { Run } from "../../config";
import { canonicalJson } from "../../config";
import { type ArgumentSpec, type CompiledFunction, compile, type LoweredProgram, lower, tf } from "../../engine";
import { encodeLayers, parameterShapes } from "../../model";
import { normalizeImages } from "../../pixels";
import type { EncoderWeights } from "./encoder-weights";

type Settings = Pick<Run, "model" | "data" | "train">;
type Pooled = CompiledFunction<tf.Tensor[], tf.Tensor>;

/** Compiled programs kept between calls; the oldest is freed. A program depends on settings, not on weights. */
const KEPT = 4;
const programs = new Map<string, Pooled>();

/**
 * Mean over patches of the last blocks' tokens, each after the final norm, side by side, the last block last.
 *
 * Weights are inputs of the compiled program, so that student, teacher and the untrained encoder share it.
 *
 * @param pixels  [B, H, W, C] uint8, or float32 in the same range
 * @param blocks  number of last blocks; all of them when the encoder has fewer
 * @returns       [B, blocks · D] float32, which the caller disposes of
 */
export async function poolTokens(of: EncoderPass, pixels: tf.Tensor4D): Promise<tf.Tensor2D> {
  return (await encoded(of, pixels, "mean")) as tf.Tensor2D;
}

/** The tokens themselves, [B, N, blocks · D], which the caller disposes of. */
export async function encodeTokens(of: EncoderPass, pixels: tf.Tensor4D): Promise<tf.Tensor3D> {
  return (await encoded(of, pixels, "tokens")) as tf.Tensor3D;
}

/** An encoder, and how many of its last blocks are read. */
export interface EncoderPass {
  run: Settings;
  weights: EncoderWeights;
  blocks: number;
}

type Pooling = "mean" | "tokens";

async function encoded(
  { run, weights, blocks }: EncoderPass,
  pixels: tf.Tensor4D,
  pooling: Pooling,
): Promise<tf.Tensor> {
  const { mean, std } = run.data;
  const { compiler } = run.train;
  const key = canonicalJson({ model: run.model, mean, std, compiler, blocks, pooling });
  const program = programs.get(key) ?? createProgram({ run, weights, blocks }, pooling);
  programs.delete(key);
  programs.set(key, program);
  for (const [oldest, { dispose }] of programs) {
    if (programs.size <= KEPT) break;
    programs.delete(oldest);
    dispose();
  }
  return program(pixels, ...weights.tensors);
}

function createProgram({ run, weights: { names }, blocks }: EncoderPass, pooling: Pooling): Pooled {
  return compile(featuresOf(run, names, blocks, pooling), { name: "features", compiler: run.train.compiler });
}

/** A function of pixels and weights, in the order of their names. */
function featuresOf(
  { model, data }: Pick<Settings, "model" | "data">,
  names: readonly string[],
  blocks: number,
  pooling: Pooling,
) {
  return (pixels: tf.Tensor, ...values: tf.Tensor[]) => {
    const parameters = Object.fromEntries(names.map((name, index) => [name, values[index] as tf.Tensor]));
    const images = normalizeImages(pixels as tf.Tensor4D, data);
    const outputs = encodeLayers(parameters, "student", { images }, model, blocks);
    const pooled = outputs.map((tokens) => (pooling === "mean" ? tf.mean(tokens, 1) : tokens));
    return tf.concat(pooled, pooled[0]?.rank === 2 ? 1 : 2);
  };
}

/** The program of feature extraction in StableHLO, for a batch of images: nothing is compiled or computed. */
export function lowerFeatures(run: Pick<Settings, "model" | "data">, images: number, blocks = 1): LoweredProgram {
  const { imageSize, channels } = run.model;
  const weights = Object.entries(parameterShapes(run.model, "i-jepa")).filter(([name]) => name.startsWith("encoder."));
  const names = weights.map(([name]) => name);
  const given: ArgumentSpec[] = [
    { shape: [images, imageSize, imageSize, channels], dtype: "uint8" },
    ...weights.map(([, shape]) => ({ shape, dtype: "float32" }) as const),
  ];
  const stablehlo = lower(featuresOf(run, names, blocks, "mean"), given);
  return { name: "features", stablehlo, products: "float32", aliased: 0, images, beside: 0 };
}
