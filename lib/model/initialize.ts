import type { ModelConfig, ObjectiveConfig } from "../config";
import { tf } from "../engine";
import type { Rng } from "../random";
import { sizeFromShape } from "../shape";
import { parameterShapes } from "./parameter-shapes";
import type { Parameters } from "./parameters";

const STANDARD_DEVIATION = 0.02;
/** Fan-in of nearly every weight of a ViT-B/16 encoder. */
const REFERENCE_INPUTS = 768;
const CUT_OFF = 2;

/**
 * Initial values of the trained parameters: weights and mask tokens from N(0, 0.02²) truncated at ±2, gains 1, biases
 * 0. With `initSpread` `fan-in`, weights with n inputs from N(0, 0.02² · 768 / n), truncated as many σ out.
 *
 * Each name has its own random stream, so that a parameter starts the same whichever others there are.
 *
 * @param random  the run's stream for this purpose: `rng(seed).fold("parameters")`
 *
 * Source: facebookresearch/ijepa@52c1ae9, src/models/vision_transformer.py and src/helper.py lines 74–85 (which draws
 * every linear layer again and so undoes the depth rescaling: `initDepthRescale` false).
 */
export function initializeParameters(
  config: ModelConfig,
  random: Rng,
  method: ObjectiveConfig["method"] = "n-jepa",
): Record<string, tf.Tensor> {
  const params: Record<string, tf.Tensor> = {};
  for (const [name, shape] of Object.entries(parameterShapes(config, method))) {
    params[name] = tf.tensor(initialValues(name, shape, config, random), shape, "float32");
  }
  return params;
}

/**
 * The teacher's initial parameters: copies of the student's under `target_encoder.`, in memory of their own. If two
 * variables shared memory, neither could be updated in place, and the first step would leave a hole of that size.
 */
export function initializeTeacher(params: Parameters): Record<string, tf.Tensor> {
  const teacher: Record<string, tf.Tensor> = {};
  for (const [name, tensor] of Object.entries(params)) {
    if (name.startsWith("encoder.")) teacher[`target_${name}`] = tf.mul(tensor, 1);
  }
  return teacher;
}

function initialValues(name: string, shape: readonly number[], config: ModelConfig, random: Rng): Float32Array {
  const values = new Float32Array(sizeFromShape(shape));
  if (name.endsWith(".bias")) return values;
  if (shape.length === 1) return values.fill(1);
  const stream = random.fold(name);
  const deviation = STANDARD_DEVIATION * (config.initSpread === "fan-in" ? widening(name, shape) : 1);
  const scale = deviation / (config.initDepthRescale ? depthDivisor(name) : 1);
  for (let index = 0; index < values.length; index++) {
    let draw = stream.normal();
    while (Math.abs(draw) * STANDARD_DEVIATION > CUT_OFF) draw = stream.normal();
    values[index] = draw * scale;
  }
  return values;
}

/** A mask token is not a weight: it has no inputs. */
function widening(name: string, shape: readonly number[]): number {
  if (name.endsWith("mask_token")) return 1;
  const inputs = sizeFromShape(shape.slice(1));
  return Math.sqrt(REFERENCE_INPUTS / inputs);
}

function depthDivisor(name: string): number {
  const place = /blocks\.(\d+)\.(?:attn\.proj|mlp\.fc2)\.weight$/.exec(name);
  return place ? Math.sqrt(2 * (Number(place[1]) + 1)) : 1;
}
