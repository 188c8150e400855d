import { effectiveMethod, type Run } from "../config";
import { batches, type Dataset, type ImageBatch } from "../data";
import { tf } from "../engine";
import { predictorNames } from "../model";
import { type LossTerm, type LossTermName, lossTermNames, lossTerms, objectiveAndGradients } from "../objective";
import { stepInputs } from "./inputs";
import { planStep } from "./plan";
import type { TrainState } from "./state";
import { readAll } from "./variables";

/** Images used for the gradients: these run op by op and keep all intermediate values in memory. */
const IMAGES = 32;

/** The gradient of one loss term with respect to one part of the model. */
export interface TermGradient {
  term: LossTermName;
  /** The term in words. */
  loss: string;
  /**
   * `patches`, `block 1` and so on, `norm`, `clean predictor`, `noisy predictor`; `predictor` if both share weights.
   */
  part: string;
  /** L2 norm of the weighted term's gradient, as it enters the sum. */
  norm: number;
}

/**
 * The gradient norm of each loss term by layer and predictor, on the first 32 training images of an epoch past the end
 * of training, with its own masks and noise.
 */
export async function termGradients(state: TrainState, data: Dataset): Promise<TermGradient[]> {
  const { run } = state;
  const batchSize = Math.min(IMAGES, run.optimizer.batchSize);
  const order = { batchSize, seed: run.seed, epoch: Math.ceil(run.optimizer.epochs) + 1, crop: run.data.crop };
  for await (const batch of batches(data.split("train"), order)) return ofBatch(state, batch);
  return [];
}

function ofBatch({ run, student, teacher, step }: TrainState, batch: ImageBatch): TermGradient[] {
  const plan = planStep(batch, { step: step + 1, stepsPerEpoch: step + 1 }, run);
  const noisy = effectiveMethod(run.objective) === "n-jepa";
  return tf.tidy(() => {
    const params = { ...readAll(student), ...readAll(teacher) };
    const inputs = stepInputs(batch, { ...plan, parts: 1 }, run);
    return lossTermNames.flatMap((term) => {
      const { title: loss, weight, unlessGiven, needsNoisy }: LossTerm = lossTerms[term];
      const value = run.objective[weight] ?? unlessGiven;
      if (value === 0 || (needsNoisy && !noisy)) return [];
      const others = Object.fromEntries(lossTermNames.map((name) => [lossTerms[name].weight, 0]));
      const alone = { ...run.objective, ...others, [weight]: value };
      const { gradients } = objectiveAndGradients(params, inputs, { ...run, objective: alone });
      return byPart(gradients, run).map(({ part, norm }) => ({ term, loss, part, norm }));
    });
  });
}

function byPart(gradients: Readonly<Record<string, tf.Tensor>>, run: Run): { part: string; norm: number }[] {
  const squares = new Map<string, number>();
  for (const [name, gradient] of Object.entries(gradients)) {
    const part = partOf(name, run);
    const square = tf.sum(tf.square(gradient)).dataSync()[0] as number;
    squares.set(part, (squares.get(part) ?? 0) + square);
  }
  return [...squares].map(([part, square]) => ({ part, norm: Math.sqrt(square) }));
}

function partOf(name: string, { model }: Run): string {
  const [, block] = /^encoder\.blocks\.(\d+)\./.exec(name) ?? [];
  if (block !== undefined) return `block ${Number(block) + 1}`;
  if (name.startsWith("encoder.")) return name.startsWith("encoder.norm") ? "norm" : "patches";
  if (model.predictorParams === "shared") return "predictor";
  return name.startsWith(predictorNames("n", model).weights) ? "noisy predictor" : "clean predictor";
}
