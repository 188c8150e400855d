import { barrier, tf } from "../engine";

const PER_ROOT_TWO_PI = 1 / Math.sqrt(2 * Math.PI);

/**
 * x·Φ(x) with the exact normal distribution function Φ, by the error function.
 *
 * The gradient Φ(x) + x·φ(x) is recomputed from x: reading one more activation of the widest layer would cost more.
 */
export function gelu(x: tf.Tensor2D): tf.Tensor2D {
  const activate = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = args[1] as tf.GradSaveFunc;
    save([x]);
    return {
      value: tf.mul(x, normalDistribution(x)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const at = barrier(saved[0] as tf.Tensor);
        const density = tf.mul(tf.exp(tf.mul(tf.square(at), -0.5)), PER_ROOT_TWO_PI);
        return tf.mul(dy, tf.add(normalDistribution(at), tf.mul(at, density)));
      },
    };
  });
  return activate(x) as tf.Tensor2D;
}

function normalDistribution(x: tf.Tensor): tf.Tensor {
  return tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
}
