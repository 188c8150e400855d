import { createVariable, type EngineVariable, tf } from "../../engine";

/** Classifiers of one shape, one per learning rate, trained together with their weights side by side. */
export interface Heads {
  readonly rates: number;
  readonly classes: number;
  /** @returns [B, rates, classes] for features [B, width]; reads the variables but writes none */
  logits(x: tf.Tensor2D): tf.Tensor3D;
  /**
   * One step of SGD with momentum on the mean cross-entropy; assigns the variables.
   *
   * @param oneHot  [B, classes]
   * @param scaled  [rates], the learning rates at this step
   * @returns       [rates], the losses before the step
   */
  update(x: tf.Tensor2D, oneHot: tf.Tensor2D, scaled: tf.Tensor1D, momentum: number): tf.Tensor1D;
  /** [width, rates · classes] and [rates · classes] of a linear head; for an MLP, those of its last layer. */
  readonly variables: readonly EngineVariable[];
  dispose(): void;
}

export interface HeadShape {
  width: number;
  classes: number;
  rates: number;
}

/** Definition of heads whose gradients TensorFlow derives. */
export interface HeadModel {
  /** Initial parameters; every rate starts from the same draw. */
  first(): tf.Tensor[];
  /** [B, rates, classes] for inputs [B, width] and the parameters' values. */
  forward(x: tf.Tensor2D, values: readonly tf.Tensor[]): tf.Tensor3D;
  /** Learning rates [rates], reshaped to broadcast against each parameter. */
  ratesOf(scaled: tf.Tensor1D): tf.Tensor[];
}

/** Heads built from a model and trained by its gradients. */
export function modelHeads(name: string, { classes, rates }: HeadShape, model: HeadModel): Heads {
  const variables = variablesOf(name, () => {
    const values = model.first();
    return [...values, ...values.map((value) => tf.zerosLike(value))];
  });
  const parameters = variables.slice(0, variables.length / 2);
  const velocities = variables.slice(variables.length / 2);
  const read = () => parameters.map((variable) => variable.read());
  return {
    rates,
    classes,
    variables: parameters.slice(-2),
    logits: (x) => model.forward(x, read()),
    update(x, oneHot, scaled, momentum) {
      const count = x.shape[0];
      const wanted = tf.reshape(oneHot, [count, 1, classes]);
      const values = read();
      const total = (...tensors: tf.Tensor[]): tf.Scalar =>
        tf.sum(meanLoss(tf.logSoftmax(model.forward(x, tensors)), wanted, count));
      const gradients = tf.grads(total)(values);
      const losses = meanLoss(tf.logSoftmax(model.forward(x, values)), wanted, count);
      const stepSizes = model.ratesOf(scaled);
      parameters.forEach((variable, index) => {
        const velocity = velocities[index] as EngineVariable;
        const next = tf.add(tf.mul(velocity.read(), momentum), gradients[index] as tf.Tensor);
        velocity.assign(next);
        variable.assign(tf.sub(values[index] as tf.Tensor, tf.mul(next, stepSizes[index] as tf.Tensor)));
      });
      return losses;
    },
    dispose: () => disposeAll(variables),
  };
}

export function meanLoss(logProbabilities: tf.Tensor3D, wanted: tf.Tensor, count: number): tf.Tensor1D {
  return tf.div(tf.neg(tf.sum(tf.mul(logProbabilities, wanted), [0, 2])), count);
}

/** Variables with the values that `make` gives. */
export function variablesOf(name: string, make: () => tf.Tensor[]): EngineVariable[] {
  const variables: EngineVariable[] = [];
  tf.tidy(() => {
    for (const [index, value] of make().entries()) variables.push(createVariable(value, `${name}_${index}`));
  });
  return variables;
}

export function disposeAll(variables: readonly EngineVariable[]): void {
  for (const variable of variables) variable.dispose();
}
