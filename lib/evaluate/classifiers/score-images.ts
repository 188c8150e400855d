import type { Split } from "../../data";
import type { tf } from "../../engine";
import { filledBatches, type ImageSettings, imageTensor } from "../features/image-batches";
import type { ImageScore } from "./held-out";

/** Images of a split, given by their places, with their labels. */
export interface LabelledPlaces {
  split: Split;
  places: Int32Array;
}

/**
 * An image classifier's accuracy and mean cross-entropy.
 *
 * @param look maps [B, H, W, C] uint8 to log-probabilities [B, classes]
 */
export async function scoreImages(
  look: (pixels: tf.Tensor) => Promise<tf.Tensor>,
  { split, places }: LabelledPlaces,
  run: ImageSettings,
): Promise<ImageScore> {
  const right = new Uint8Array(places.length);
  let loss = 0;
  for await (const { images, start, filled } of filledBatches(split, places)) {
    const pixels = await imageTensor(images, run);
    const logProbabilities = await look(pixels).finally(() => pixels.dispose());
    const values = logProbabilities.dataSync();
    const classes = logProbabilities.shape[1] as number;
    logProbabilities.dispose();
    for (let row = 0; row < filled; row++) {
      const scores = values.subarray(row * classes, (row + 1) * classes);
      const label = images.labels[row] as number;
      // Ties go to the first class, as in argMax: a classifier that says nothing is right only by chance.
      if (scores.indexOf(Math.max(...scores)) === label) right[start + row] = 1;
      loss -= scores[label] as number;
    }
  }
  const count = right.reduce((sum, one) => sum + one, 0);
  return { accuracy: count / places.length, loss: loss / places.length, right };
}
