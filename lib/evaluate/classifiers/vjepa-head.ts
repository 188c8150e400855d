import { compile, createVariable, type EngineVariable, tf } from "../../engine";
import type { Parameters } from "../../model";
import { adamWAssign, clipGradients, isDecayed, squaredNorm } from "../../optimizer";
import { type PoolerShape, poolerLogits } from "./vjepa-pooler";

/** AdamW at the framework's defaults. */
const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
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
  const variables = names.map((name) => withMoments(start[name] as tf.Tensor, name));
  tf.dispose(Object.values(start));
  const read = () => variables.map(({ parameter }) => parameter.read());
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
      const clipped = clipGradients(named, norm, CLIP_NORM);
      const [learningRate, decay, firstCorrection, secondCorrection] = tf.unstack(scalars) as [
        tf.Scalar,
        tf.Scalar,
        tf.Scalar,
        tf.Scalar,
      ];
      variables.forEach((variable, index) => {
        const name = names[index] as string;
        const weightDecay = isDecayed(name, variable.parameter.shape) ? decay : null;
        const rates = { learningRate, weightDecay, firstCorrection, secondCorrection };
        adamWAssign(variable, clipped[name] as tf.Tensor, rates, ADAM);
      });
      return value as tf.Tensor;
    },
    { name: "vjepa_step", compiler: "graph" },
  );
  const look = compile((tokens: tf.Tensor) => tf.logSoftmax(logits(read(), tokens)), {
    name: "vjepa_look",
    compiler: "graph",
  });
  let taken = 0;
  return {
    async update(tokens, labels, { learningRate, weightDecay }) {
      taken++;
      const corrections = [1 - ADAM.beta1 ** taken, 1 - ADAM.beta2 ** taken];
      const [wanted, scalars] = [
        tf.tensor1d(labels, "int32"),
        tf.tensor1d([learningRate, weightDecay, ...corrections]),
      ];
      const loss = await step(tokens, wanted, scalars).finally(() => tf.dispose([wanted, scalars]));
      const [value] = loss.dataSync();
      loss.dispose();
      return value as number;
    },
    logProbabilities: (tokens) => look(tokens),
    dispose() {
      for (const moments of variables) for (const variable of Object.values(moments)) variable.dispose();
      step.dispose();
      look.dispose();
    },
  };
}

/** A variable of this value, and AdamW's two moments of zeros. */
function withMoments(value: tf.Tensor, name: string) {
  const zero = tf.zerosLike(value);
  const made: Record<"parameter" | "firstMoment" | "secondMoment", EngineVariable> = {
    parameter: createVariable(value, name),
    firstMoment: createVariable(zero, `${name}/first_moment`),
    secondMoment: createVariable(zero, `${name}/second_moment`),
  };
  zero.dispose();
  return made;
}
