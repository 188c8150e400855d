import { compile, createVariable, tf } from "../../engine";
import type { Parameters } from "../../model";
import { adamW, clipGradients, squaredNorm } from "../../optimizer";
import { type PoolerShape, poolerLogits } from "./vjepa-pooler";

/** Longest gradient of all parameters together. */
const CLIP_NORM = 1;

/** V-JEPA's attentive classifier in training. */
export interface VjepaHead {
  /**
   * One step of AdamW on the mean cross-entropy, the gradient clipped to norm 1.
   *
   * @param tokens  [B, N, D]
   * @returns       the loss before the step
   */
  update(tokens: tf.Tensor, labels: Int32Array, at: { learningRate: number; weightDecay: number }): Promise<number>;
  /** [B, classes], which the caller disposes of. */
  logProbabilities(tokens: tf.Tensor): Promise<tf.Tensor>;
  dispose(): void;
}

/** @param start  first parameters by name, which are disposed of */
export function createVjepaHead(start: Parameters, { heads, classes }: PoolerShape): VjepaHead {
  const names = Object.keys(start);
  const variables = Object.fromEntries(names.map((name) => [name, createVariable(start[name] as tf.Tensor, name)]));
  tf.dispose(Object.values(start));
  // At the framework's defaults.
  const optimizer = adamW(variables);
  const read = () => Object.values(variables).map((variable) => variable.read());
  const logits = (values: readonly tf.Tensor[], tokens: tf.Tensor) => {
    const named = Object.fromEntries(names.map((name, index) => [name, values[index] as tf.Tensor]));
    return poolerLogits(named, tokens as tf.Tensor3D, heads);
  };
  const step = compile(
    (tokens: tf.Tensor, labels: tf.Tensor, scalars: tf.Tensor) => {
      const oneHot = tf.cast(tf.oneHot(labels as tf.Tensor1D, classes), "float32");
      const loss = (...values: tf.Tensor[]): tf.Scalar =>
        tf.mean(tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits(values, tokens)), oneHot), 1)));
      const { value, grads } = tf.valueAndGrads(loss)(read());
      const norm: tf.Scalar = tf.sqrt(tf.addN(grads.map(squaredNorm)));
      const named = Object.fromEntries(grads.map((gradient, index) => [names[index] as string, gradient]));
      const [learningRate, weightDecay] = tf.unstack(scalars) as [tf.Scalar, tf.Scalar];
      optimizer.update(clipGradients(named, norm, CLIP_NORM), learningRate, weightDecay);
      return value as tf.Tensor;
    },
    { name: "vjepa_step", compiler: "graph" },
  );
  const look = compile((tokens: tf.Tensor) => tf.logSoftmax(logits(read(), tokens)), {
    name: "vjepa_look",
    compiler: "graph",
  });
  return {
    async update(tokens, labels, { learningRate, weightDecay }) {
      const [wanted, scalars] = [tf.tensor1d(labels, "int32"), tf.tensor1d([learningRate, weightDecay])];
      const loss = await step(tokens, wanted, scalars).finally(() => tf.dispose([wanted, scalars]));
      const [value] = loss.dataSync();
      loss.dispose();
      return value as number;
    },
    logProbabilities: (tokens) => look(tokens),
    dispose() {
      optimizer.dispose();
      for (const variable of Object.values(variables)) variable.dispose();
      step.dispose();
      look.dispose();
    },
  };
}
