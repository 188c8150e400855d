import { canonicalJson, effectiveMethod, type Run } from "../config";
import { sampleMasks } from "../masking";
import { patchGrid } from "../model";

/**
 * Steps sampled, and images per step: block sizes vary by step only, and positions hardly change a context's length.
 */
const STEPS = 64;
const IMAGES = 16;

/**
 * Multiply-adds of a training step per image, for matrix products only, averaged over the masks of the run's first
 * steps: the teacher's forward pass, and forward and (at twice the cost) backward passes of student and predictors.
 * Padding is not counted.
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

/** Multiply-adds of the encoder on this many patches of an image. */
export function encoderOperations(tokens: number, model: Run["model"]): number {
  const { embedDim, depth, mlpRatio, patchSize, channels } = model;
  return tokens * patchSize ** 2 * channels * embedDim + depth * block(tokens, embedDim, mlpRatio);
}

/** Multiply-adds of a block: queries, keys, values and output projection, the MLP, and attention between all tokens. */
function block(tokens: number, width: number, mlpRatio: number): number {
  return tokens * width ** 2 * (4 + 2 * mlpRatio) + 2 * tokens ** 2 * width;
}
