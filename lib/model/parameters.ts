import type { ModelConfig } from "../config";
import type { tf } from "../engine";
import { ShapeError } from "../errors";

/**
 * Tensors by name: the I-JEPA repository's names under `encoder.`, `target_encoder.`, `predictor_c.`, `predictor_n.`,
 * in its layout (linear [out, in], convolution [out, in, height, width]).
 */
export type Parameters = Readonly<Record<string, tf.Tensor>>;

/** The parameter of that name. */
export function parameter(params: Parameters, name: string): tf.Tensor {
  const tensor = params[name];
  if (!tensor)
    throw new ShapeError(`parameter ${name}: expected it among the ${Object.keys(params).length} given, got none`);
  return tensor;
}

/** The names that a predictor call reads; with sharing, two calls read the same names. */
export interface PredictorNames {
  /** Prefix of all weights except the mask token. */
  weights: string;
  /** Full name of the mask token. */
  maskToken: string;
}

/** The names of the clean (`c`) or noisy (`n`) predictor, given the config's sharing. */
export function predictorNames(
  role: "c" | "n",
  config: Pick<ModelConfig, "predictorParams" | "maskToken">,
): PredictorNames {
  return {
    weights: config.predictorParams === "shared" ? "predictor_c" : `predictor_${role}`,
    maskToken: config.maskToken === "shared" ? "predictor_c.mask_token" : `predictor_${role}.mask_token`,
  };
}
