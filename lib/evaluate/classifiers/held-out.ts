import { holdOut } from "../../data";
import { DataError } from "../../errors";
import { type Features, takeRows } from "../features/features";

/** A candidate's performance on held-out labels. */
export interface Score {
  accuracy: number;
  /** Mean cross-entropy. */
  loss: number;
}

/** The same, image by image. */
export interface ImageScore extends Score {
  /** 1 for each correctly classified image, 0 for the others. */
  right: Uint8Array;
}

/** Places of a subset's labels to train on and to choose on. @throws {DataError} when no class has a label to spare */
export function heldOutPlaces(
  labels: Int32Array,
  part: { fraction: number; seed: number },
): { kept: Int32Array; held: Int32Array } {
  const { kept, held } = holdOut(labels, part);
  if (held.length === 0) {
    throw new DataError(
      `A subset of ${labels.length} labels is too small to choose a setting on: expected a class with at least two, of which ` +
        `one can be held out. Take a larger fraction, or give a single penalty or learning rate.`,
    );
  }
  return { kept, held };
}

export function heldOutPair(
  subset: Features,
  part: { fraction: number; seed: number },
): { kept: Features; held: Features } {
  const { kept, held } = heldOutPlaces(subset.labels, part);
  return { kept: takeRows(subset, kept), held: takeRows(subset, held) };
}

/**
 * Index of the most accurate; of ties, which are common with few held-out labels, the one with the lowest loss. One whose
 * loss is not a number has diverged and beats none, however often its first class is right.
 */
export function bestOf(scores: readonly Score[]): number {
  let best = 0;
  scores.forEach((score, index) => {
    const { accuracy, loss } = scores[best] as Score;
    if (!Number.isFinite(score.loss)) return;
    if (!Number.isFinite(loss) || score.accuracy > accuracy || (score.accuracy === accuracy && score.loss < loss))
      best = index;
  });
  return best;
}

/**
 * Whether the last two candidates of a row are past its best: less accurate by more than two standard errors of a
 * proportion over `held` labels, and with a higher loss.
 */
export function isPastBest(scores: readonly Score[], held: number): boolean {
  if (scores.length < 3) return false;
  const { accuracy, loss } = scores[bestOf(scores)] as Score;
  const error = Math.sqrt((accuracy * (1 - accuracy)) / held);
  return scores.slice(-2).every((one) => one.accuracy < accuracy - 2 * error && one.loss > loss);
}

/** Whether the best of several candidates is the smallest or largest, so a better one may lie beyond. */
export function isAtEdge(chosen: number, candidates: readonly number[]): boolean {
  return candidates.length > 1 && (chosen === Math.min(...candidates) || chosen === Math.max(...candidates));
}
