import { ATTRIBUTE, runOp, TF, tf } from "../../engine";
import { checkFeatures, type Features, takeRows } from "./features";

/** What features look like, whatever a classifier makes of them. */
export interface FeatureDescription {
  /**
   * Effective rank: the exponential of the entropy of the singular values' shares. Between 1, all images on one line, and
   * `width`.
   */
  rankMe: number;
  /** Mean standard deviation of a feature over images, features of length 1, times √width: 0 collapsed, at most 1. */
  featureStd: number;
  /** Share of the variance that lies between the classes' means, in [0, 1]. */
  classSeparation: number;
  /** Images that were looked at. */
  count: number;
  width: number;
}

/** Garrido et al. look at 25 600 images. */
const MOST_IMAGES = 25_600;

/**
 * RankMe, spread and class separation of features.
 *
 * @param features  of more images than the width, or the rank cannot reach it; of more than 25 600 some are left out, evenly
 *
 * Source: RankMe: Garrido et al., arXiv 2210.02885, equation 1. Spread: Chen and He, arXiv 2011.10566, section 4.1.
 */
export function describeFeatures(features: Features): FeatureDescription {
  checkFeatures(features, "given");
  const { width } = features;
  const few = evenly(features, MOST_IMAGES);
  const [singular, spread] = tf.tidy(() => {
    const rows = tf.tensor2d(few.values, [few.count, width]);
    const unit = tf.div(rows, tf.maximum(tf.norm(rows, "euclidean", 1, true), 1e-12));
    const { variance } = tf.moments(unit, 0);
    const attributes = ["compute_uv", "full_matrices"].map((name) => ({ name, type: ATTRIBUTE.bool, value: false }));
    const [values] = runOp("Svd", [...attributes, { name: "T", type: ATTRIBUTE.type, value: TF.float32 }], [rows], 3);
    return [values, tf.mean(tf.sqrt(variance))];
  }) as [tf.Tensor, tf.Tensor];
  const values = singular.dataSync() as Float32Array;
  const [std] = spread.dataSync() as Float32Array;
  tf.dispose([singular, spread]);
  return {
    rankMe: effectiveRank(values),
    featureStd: (std as number) * Math.sqrt(width),
    classSeparation: betweenShare(few),
    count: few.count,
    width,
  };
}

function effectiveRank(singular: Float32Array): number {
  const total = singular.reduce((sum, value) => sum + value, 0);
  if (total === 0) return 1;
  let entropy = 0;
  for (const value of singular) {
    const share = value / total;
    if (share > 0) entropy -= share * Math.log(share);
  }
  return Math.exp(entropy);
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
  // Less than float32 can tell from equal rows is no variance.
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
