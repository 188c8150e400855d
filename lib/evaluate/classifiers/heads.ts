import { createVariable, type EngineVariable, tf } from "../../engine";
import { gelu } from "../../model";
import { rng } from "../../random";

/** Classifiers of one shape, one per learning rate, all trained at once: their weights lie side by side. */
export interface Heads {
  readonly rates: number;
  readonly classes: number;
  /** @returns [B, rates, classes] for features [B, width]; reads the variables, writes none */
  logits(x: tf.Tensor2D): tf.Tensor3D;
  /**
   * One step of SGD with momentum on the mean cross-entropy; assigns the variables.
   *
   * @param oneHot  [B, classes]
   * @param scaled  [rates], the learning rates of this step
   * @returns       [rates], the losses before the step
   */
  update(x: tf.Tensor2D, oneHot: tf.Tensor2D, scaled: tf.Tensor1D, momentum: number): tf.Tensor1D;
  /** [width, rates · classes] and [rates · classes] of a linear head; of an MLP its last layer's. */
  readonly variables: readonly EngineVariable[];
  dispose(): void;
}

interface HeadShape {
  width: number;
  classes: number;
  rates: number;
}

/**
 * Linear classifiers. The gradient is written out: Xᵀ(softmax − labels)/B, one product for all rates.
 *
 * @param start  std of the first weights and the seed that draws them; absent: all 0, which is no symmetry to break in a
 *   convex problem
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

/**
 * Two-layer classifiers, width → hidden → classes with a GELU between: a stand-in for fine-tuning from the first layer of
 * a projection head, whose hidden width is 2048 in iBOT. See docs/method.md#low-shot.
 */
export function mlpHeads({ width, classes, rates, hidden, seed }: HeadShape & { hidden: number; seed: number }): Heads {
  const random = rng(seed).fold("mlp-probe");
  const drawn = (name: string, size: number, std: number) => {
    const stream = random.fold(name);
    return Float32Array.from({ length: size }, () => std * stream.normal());
  };
  // Every rate starts from the same draw.
  const variables = variablesOf("mlp_probe", () => {
    const first = tf.reshape(tf.tensor(drawn("first", width * hidden, 1 / Math.sqrt(width))), [width, 1, hidden]);
    const second = tf.reshape(tf.tensor(drawn("second", hidden * classes, 0.01)), [1, hidden, classes]);
    const values = [
      tf.reshape(tf.tile(first, [1, rates, 1]), [width, rates * hidden]),
      tf.zeros([rates * hidden]),
      tf.tile(second, [rates, 1, 1]),
      tf.zeros([rates, 1, classes]),
    ];
    return [...values, ...values.map((value) => tf.zerosLike(value))];
  });
  const forward = (x: tf.Tensor2D, [first, firstBias, second, secondBias]: tf.Tensor[]): tf.Tensor3D => {
    const flat = gelu(tf.add(tf.matMul(x, first as tf.Tensor2D), firstBias as tf.Tensor));
    const perRate = tf.transpose(tf.reshape(flat, [x.shape[0], rates, hidden]), [1, 0, 2]);
    const logits = tf.add(tf.matMul(perRate, second as tf.Tensor3D), secondBias as tf.Tensor);
    return tf.transpose(logits, [1, 0, 2]) as tf.Tensor3D;
  };
  const parameters = variables.slice(0, 4);
  const velocities = variables.slice(4);
  return {
    rates,
    classes,
    variables: parameters.slice(2),
    logits: (x) =>
      forward(
        x,
        parameters.map((variable) => variable.read()),
      ),
    update(x, oneHot, scaled, momentum) {
      const count = x.shape[0];
      const wanted = tf.reshape(oneHot, [count, 1, classes]);
      const values = parameters.map((variable) => variable.read());
      const total = (...tensors: tf.Tensor[]): tf.Scalar =>
        tf.sum(meanLoss(tf.logSoftmax(forward(x, tensors)), wanted, count));
      const gradients = tf.grads(total)(values);
      const losses = meanLoss(tf.logSoftmax(forward(x, values)), wanted, count);
      const rateOf = [
        tf.reshape(tf.tile(tf.reshape(scaled, [rates, 1]), [1, hidden]), [rates * hidden]),
        tf.reshape(tf.tile(tf.reshape(scaled, [rates, 1]), [1, hidden]), [rates * hidden]),
        tf.reshape(scaled, [rates, 1, 1]),
        tf.reshape(scaled, [rates, 1, 1]),
      ];
      parameters.forEach((variable, index) => {
        const velocity = velocities[index] as EngineVariable;
        const next = tf.add(tf.mul(velocity.read(), momentum), gradients[index] as tf.Tensor);
        velocity.assign(next);
        variable.assign(tf.sub(values[index] as tf.Tensor, tf.mul(next, rateOf[index] as tf.Tensor)));
      });
      return losses;
    },
    dispose: () => disposeAll(variables),
  };
}

function meanLoss(logProbabilities: tf.Tensor3D, wanted: tf.Tensor, count: number): tf.Tensor1D {
  return tf.div(tf.neg(tf.sum(tf.mul(logProbabilities, wanted), [0, 2])), count);
}

/** Variables with the values that `make` gives. */
function variablesOf(name: string, make: () => tf.Tensor[]): EngineVariable[] {
  const variables: EngineVariable[] = [];
  tf.tidy(() => {
    for (const [index, value] of make().entries()) variables.push(createVariable(value, `${name}_${index}`));
  });
  return variables;
}

function disposeAll(variables: readonly EngineVariable[]): void {
  for (const variable of variables) variable.dispose();
}
