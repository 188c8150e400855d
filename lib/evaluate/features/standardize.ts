import { tf } from "../../engine";
import { ShapeError } from "../../errors";
import type { Features } from "./features";

/** Added to a std so that a constant feature becomes zero rather than infinite. */
const SMALLEST = 1e-6;

/** Mean and std of each feature, [1, width], which the caller disposes of. */
export function momentsOf(features: Features): { mean: tf.Tensor; std: tf.Tensor } {
  const [mean, std] = tf.tidy(() => {
    const { mean, variance } = tf.moments(tensorOf(features), 0, true);
    return [mean, tf.add(tf.sqrt(variance), SMALLEST)];
  }) as [tf.Tensor, tf.Tensor];
  return { mean, std };
}

/** All sets, shifted and scaled per feature so that the first has mean 0 and std 1; only the first is measured. */
export function standardized(train: Features, ...others: Features[]): Features[] {
  for (const { width } of others) {
    if (width !== train.width) {
      throw new ShapeError(`Features of width ${width} do not go with features of width ${train.width}.`);
    }
  }
  const { mean, std } = momentsOf(train);
  const scaled = [train, ...others].map((features) => {
    const rows = tf.tidy(() => tf.div(tf.sub(tensorOf(features), mean), std));
    // Read outside tidy, which would search the returned numbers for tensors one by one.
    const values = rows.dataSync() as Float32Array;
    rows.dispose();
    return { ...features, values };
  });
  tf.dispose([mean, std]);
  return scaled;
}

function tensorOf({ values, count, width }: Features): tf.Tensor2D {
  return tf.tensor2d(values, [count, width]);
}
