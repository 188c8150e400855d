import type { ModelConfig, ObjectiveConfig } from "../config";
import { requireChoice } from "../errors";
import { sizeFromShape } from "../shape";
import { predictorNames } from "./parameters";

export type ParameterShapes = Record<string, number[]>;

/**
 * The shape of every trained parameter by name: student, predictors and mask tokens; the teacher has the student's
 * shapes.
 *
 * @param method  `i-jepa` has no noisy predictor
 * @throws {ConfigError} for a method that is neither
 */
export function parameterShapes(config: ModelConfig, method: ObjectiveConfig["method"] = "n-jepa"): ParameterShapes {
  requireChoice("method", method, ["i-jepa", "n-jepa"]);
  const shapes: ParameterShapes = { ...encoderShapes(config, "encoder") };
  for (const role of method === "n-jepa" ? (["c", "n"] as const) : (["c"] as const)) {
    const { weights, maskToken } = predictorNames(role, config);
    shapes[maskToken] = [1, 1, config.predictorEmbedDim];
    Object.assign(shapes, predictorShapes(config, weights));
  }
  return shapes;
}

/** Total number of values in the parameters whose names start with `prefix`. */
export function countParameters(shapes: ParameterShapes, prefix = ""): number {
  return Object.entries(shapes)
    .filter(([name]) => name.startsWith(prefix))
    .reduce((sum, [, shape]) => sum + sizeFromShape(shape), 0);
}

function encoderShapes(config: ModelConfig, prefix: string): ParameterShapes {
  const { embedDim, patchSize, channels } = config;
  return {
    [`${prefix}.patch_embed.proj.weight`]: [embedDim, channels, patchSize, patchSize],
    [`${prefix}.patch_embed.proj.bias`]: [embedDim],
    ...blocksShapes(`${prefix}.blocks`, config.depth, embedDim, config.mlpRatio),
    ...normShapes(`${prefix}.norm`, embedDim),
  };
}

function predictorShapes(config: ModelConfig, prefix: string): ParameterShapes {
  const width = config.predictorEmbedDim;
  return {
    ...linearShapes(`${prefix}.predictor_embed`, config.embedDim, width),
    ...blocksShapes(`${prefix}.predictor_blocks`, config.predictorDepth, width, config.mlpRatio),
    ...normShapes(`${prefix}.predictor_norm`, width),
    ...linearShapes(`${prefix}.predictor_proj`, width, config.embedDim),
  };
}

function blocksShapes(prefix: string, depth: number, width: number, mlpRatio: number): ParameterShapes {
  const shapes = Object.entries(blockShapes(width, mlpRatio));
  const indices = Array.from({ length: depth }, (_, index) => index);
  return Object.fromEntries(
    indices.flatMap((index) => shapes.map(([name, shape]) => [`${prefix}.${index}.${name}`, [...shape]])),
  );
}

/** The shapes of one transformer block's parameters, by their names within the block. */
export function blockShapes(width: number, mlpRatio: number): ParameterShapes {
  const hidden = Math.floor(width * mlpRatio);
  return {
    ...normShapes("norm1", width),
    ...linearShapes("attn.qkv", width, 3 * width),
    ...linearShapes("attn.proj", width, width),
    ...normShapes("norm2", width),
    ...linearShapes("mlp.fc1", width, hidden),
    ...linearShapes("mlp.fc2", hidden, width),
  };
}

function linearShapes(name: string, from: number, to: number): ParameterShapes {
  return { [`${name}.weight`]: [to, from], [`${name}.bias`]: [to] };
}

function normShapes(name: string, width: number): ParameterShapes {
  return { [`${name}.weight`]: [width], [`${name}.bias`]: [width] };
}
