import { type FeatureHealth, featureHealth } from "../../health";
import { checkFeatures, type Features, takeRows } from "./features";

/** Statistics of features that involve no classifier. */
export interface FeatureDescription extends FeatureHealth {
  /**
   * Share of the labelled images' variance that lies between their classes' means, in [0, 1]; null: none has a label.
   */
  classSeparation: number | null;
}

/** The number of images that Garrido et al. use. */
const MOST_IMAGES = 25_600;

/**
 * RankMe, α-ReQ, std and class separation of features.
 *
 * @param features  with more images than the width, or the rank cannot reach it; beyond 25 600 they are thinned evenly
 */
export function describeFeatures(features: Features): FeatureDescription {
  checkFeatures(features, "given");
  const few = evenly(features, MOST_IMAGES);
  const labelled = Int32Array.from(few.labels.keys()).filter((row) => (few.labels[row] as number) >= 0);
  const classSeparation = labelled.length === 0 ? null : betweenShare(takeRows(few, labelled));
  return { ...featureHealth(few), classSeparation };
}

/** Σ n_c·‖mean_c − mean‖² over Σ ‖x − mean‖². */
function betweenShare({ values, labels, count, width }: Features): number {
  const classes = 1 + labels.reduce((most, label) => Math.max(most, label), 0);
  const counts = new Float64Array(classes);
  const sums = new Float64Array(classes * width);
  const mean = new Float64Array(width);
  for (let row = 0; row < count; row++) {
    const label = labels[row] as number;
    counts[label] = (counts[label] as number) + 1;
    for (let at = 0; at < width; at++) {
      const value = values[row * width + at] as number;
      sums[label * width + at] = (sums[label * width + at] as number) + value;
      mean[at] = (mean[at] as number) + value / count;
    }
  }
  let total = 0;
  let energy = 0;
  for (let at = 0; at < values.length; at++) {
    total += ((values[at] as number) - (mean[at % width] as number)) ** 2;
    energy += (values[at] as number) ** 2;
  }
  let between = 0;
  counts.forEach((size, label) => {
    for (let at = 0; size > 0 && at < width; at++)
      between += size * ((sums[label * width + at] as number) / size - (mean[at] as number)) ** 2;
  });
  // A variance that float32 cannot tell from equal rows counts as none.
  return total <= 1e-12 * energy ? 0 : between / total;
}

function evenly(features: Features, most: number): Features {
  const { count } = features;
  if (count <= most) return features;
  return takeRows(
    features,
    Int32Array.from({ length: most }, (_, index) => Math.floor((index * count) / most)),
  );
}
