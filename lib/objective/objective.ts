import { effectiveMethod, type NoiseConfig, type Run } from "../config";
import { tf } from "../engine";
import { ShapeError } from "../errors";
import { encode, encodeAt, gatherPatches, type Parameters, predict, predictorNames, standardize } from "../model";
import { lengthMask, type StepInputs } from "./inputs";
import type { Latents } from "./loss-terms";
import { type Losses, losses } from "./losses";

/** Epsilon of the target normalization: the default of the reference framework's functional layer norm. */
const TARGET_EPSILON = 1e-5;

/** The parts of a run that the objective reads. */
export interface ObjectiveRun extends Pick<Run, "model" | "objective"> {
  /** Where noise is added; absent: to the positions. */
  noise?: Pick<NoiseConfig, "space">;
}

/**
 * The loss of one step and its individual terms, as scalars.
 *
 * Maps tensors to tensors and reads no value: differentiate it with `tf.valueAndGrads`, eagerly or captured.
 *
 * @param params  of student, teacher and predictors
 * @throws {ShapeError} when shapes do not fit the model
 *
 * Source: paper Algorithm 1, steps 2–5; docs/method.md#algorithm.
 */
export function objective(params: Parameters, inputs: StepInputs, run: ObjectiveRun): Losses {
  return losses(latents(params, inputs, run), run.objective);
}

/** The latents that the losses compare: the teacher's at the target blocks, and both predictors' guesses. */
export function latents(params: Parameters, given: StepInputs, run: ObjectiveRun): Latents {
  const { model } = run;
  const inputs = perContext(given);
  const masks = tokenMasks(inputs);

  const targets = targetLatents(params, inputs, run);
  const context = encode(
    params,
    "student",
    { images: inputs.images, patches: inputs.context, counted: masks.context },
    model,
  );

  const seen = { context, contextIndices: inputs.context, targetIndices: inputs.targets, masks };
  const clean = predict(params, predictorNames("c", model), seen, model);
  const tokenMask = masks.targets;
  if (effectiveMethod(run.objective) === "i-jepa") return { targets, clean, noisy: null, tokenMask };
  const noise = inputs.noise ?? undefined;
  const noiseSpace = run.noise?.space;
  const noisy = predict(params, predictorNames("n", model), { ...seen, noise, noiseSpace }, model);
  return { targets, clean, noisy, tokenMask };
}

/**
 * Inputs with target rows repeated once per context, [L·E·B]: block by block and, within a block, context by context.
 * The contexts of an image share the noise of its targets.
 *
 * Source: facebookresearch/ijepa@52c1ae9, src/utils/tensors.py, `repeat_interleave_batch`.
 */
function perContext(inputs: StepInputs): StepInputs {
  const { images, context, targets, noise } = inputs;
  const [batch] = images.shape;
  const contexts = context.shape[0] / batch;
  if (contexts === 1) return inputs;
  if (!Number.isInteger(contexts)) {
    throw new ShapeError(`context: expected a multiple of ${batch} rows (contexts × images), got ${context.shape[0]}`);
  }
  const repeat = (rows: tf.Tensor): tf.Tensor => {
    const [count = 0, ...rest] = rows.shape;
    const blocks = tf.reshape(rows, [count / batch, 1, batch, ...rest]);
    return tf.reshape(tf.tile(blocks, [1, contexts, 1, ...rest.map(() => 1)]), [count * contexts, ...rest]);
  };
  return {
    ...inputs,
    targets: repeat(targets) as tf.Tensor2D,
    noise: noise && (repeat(noise) as tf.Tensor3D),
    ...(inputs.places && { places: repeat(inputs.places) as tf.Tensor2D }),
  };
}

function targetLatents(params: Parameters, inputs: StepInputs, run: ObjectiveRun): tf.Tensor3D {
  const { images, targets, wanted, places } = inputs;
  const [batch] = images.shape;
  const [rows, patches] = targets.shape;
  const { embedDim } = run.model;
  const known = wanted && places;
  const latents = known
    ? encodeAt(params, "teacher", { images, wanted }, run.model)
    : encode(params, "teacher", { images }, run.model);
  const tokens: tf.Tensor2D = tf.reshape(latents, [-1, embedDim]);
  const normed = run.objective.targetNorm === "layernorm" ? standardize(tokens, TARGET_EPSILON) : tokens;
  return tf.reshape(gatherPatches(normed, known ? places : targets, batch), [rows, patches, embedDim]);
}

function tokenMasks({ context, contextLength, targets, targetLength }: StepInputs) {
  return {
    context: lengthMask(contextLength, context.shape),
    targets: lengthMask(targetLength, targets.shape),
  };
}
