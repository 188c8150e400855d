import { canonicalJson, effectiveMethod, type Run } from "../config";
import { sampleMasks } from "../masking";
import { patchGrid } from "../model";

/** Steps whose masks are looked at, and images of each: sizes are a step's, and places move a context's length little. */
const STEPS = 64;
const IMAGES = 16;

/**
 * Multiply-adds that a training step takes for each image, of matrix products alone, over the masks of the run's first steps: the teacher
 * forwards, student and predictors forwards and, at twice the cost, backwards. Padding is left out.
 */
export function operationsPerImage(run: CountedRun): number {
  const { model, masking, seed, optimizer } = run;
  const key = canonicalJson([model, masking, seed, effectiveMethod(run.objective), optimizer.batchSize]);
  const operations = counted.get(key) ?? countOperations(run);
  counted.set(key, operations);
  return operations;
}

type CountedRun = Pick<Run, "model" | "masking" | "objective" | "seed" | "optimizer">;

const counted = new Map<string, number>();

function countOperations({ model, masking, objective, seed, optimizer }: CountedRun): number {
  const { embedDim: D, mlpRatio, predictorDepth, predictorEmbedDim: P } = model;
  const grid = patchGrid(model);
  const patches = grid.height * grid.width;
  const encoder = (tokens: number) => encoderOperations(tokens, model);
  const predictor = (context: number, target: number) =>
    context * D * P + target * P * D + predictorDepth * block(context + target, P, mlpRatio);
  const predictors = effectiveMethod(objective) === "n-jepa" ? 2 : 1;
  const images = Math.min(IMAGES, optimizer.batchSize);
  let sum = 0;
  for (let step = 0; step < STEPS; step++) {
    const masks = sampleMasks(grid, { images, seed, step }, masking);
    const context = masks.contextPatches;
    const pairs = masks.contexts * masks.blocks;
    const trained = masks.contexts * encoder(context) + predictors * pairs * predictor(context, masks.targetPatches);
    sum += encoder(patches) + 3 * trained;
  }
  return sum / STEPS;
}

/** Multiply-adds of the encoder on so many patches of an image. */
export function encoderOperations(tokens: number, model: Run["model"]): number {
  const { embedDim, depth, mlpRatio, patchSize, channels } = model;
  return tokens * patchSize ** 2 * channels * embedDim + depth * block(tokens, embedDim, mlpRatio);
}

/** Queries, keys, values and their projection, the MLP, and attention between all tokens. */
function block(tokens: number, width: number, mlpRatio: number): number {
  return tokens * width ** 2 * (4 + 2 * mlpRatio) + 2 * tokens ** 2 * width;
}
