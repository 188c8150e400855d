import { type EngineVariable, tf } from "../../engine";
import { rng } from "../../random";
import { disposeAll, type HeadShape, type Heads, meanLoss, variablesOf } from "./heads";

/**
 * Linear classifiers. The gradient is in closed form: Xᵀ(softmax − labels)/B, one product for all rates.
 *
 * @param start  std of the initial weights and the seed that draws them; absent: all 0, since a convex problem has no
 *   symmetry to break
 */
export function linearHeads({
  width,
  classes,
  rates,
  start,
}: HeadShape & { start?: { std: number; seed: number } }): Heads {
  const variables = variablesOf("linear_probe", () => {
    const zeros = [tf.zeros([width, rates * classes]), tf.zeros([rates * classes])];
    if (!start) return [...zeros, ...zeros];
    const stream = rng(start.seed).fold("linear-probe");
    const drawn = Float32Array.from({ length: width * classes }, () => start.std * stream.normal());
    // Every rate starts from the same draw.
    return [tf.tile(tf.tensor2d(drawn, [width, classes]), [1, rates]), zeros[1] as tf.Tensor, ...zeros];
  });
  const [weights, biases, weightVelocity, biasVelocity] = variables as [
    EngineVariable,
    EngineVariable,
    EngineVariable,
    EngineVariable,
  ];
  const logits = (x: tf.Tensor2D): tf.Tensor3D => {
    const flat = tf.add(tf.matMul(x, weights.read() as tf.Tensor2D), biases.read());
    return tf.reshape(flat, [x.shape[0], rates, classes]);
  };
  return {
    rates,
    classes,
    logits,
    variables,
    update(x, oneHot, scaled, momentum) {
      const count = x.shape[0];
      const logProbabilities = tf.logSoftmax(logits(x));
      const wanted = tf.reshape(oneHot, [count, 1, classes]);
      const residual = tf.div(tf.sub(tf.exp(logProbabilities), wanted), count);
      const columns: tf.Tensor2D = tf.reshape(residual, [count, rates * classes]);
      const rate = tf.reshape(tf.tile(tf.reshape(scaled, [rates, 1]), [1, classes]), [rates * classes]);
      const descend = (variable: EngineVariable, velocity: EngineVariable, gradient: tf.Tensor) => {
        const next = tf.add(tf.mul(velocity.read(), momentum), gradient);
        velocity.assign(next);
        variable.assign(tf.sub(variable.read(), tf.mul(next, rate)));
      };
      descend(weights, weightVelocity, tf.matMul(x, columns, true, false));
      descend(biases, biasVelocity, tf.sum(columns, 0));
      return meanLoss(logProbabilities, wanted, count);
    },
    dispose: () => disposeAll(variables),
  };
}
