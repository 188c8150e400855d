import * as tf from "@tensorflow/tfjs-core";
import { ATTRIBUTE } from "./attributes";
import { TF } from "./dtype";
import { runOp } from "./runtime";

/**
 * Draws from N(0, 1) that are a function of the key alone.
 *
 * The same numbers eagerly and under the compiler `graph`; XLA's generator gives others for the same key, so what must
 * not depend on the compiler is drawn eagerly and passed in.
 *
 * @param shape of the result, float32
 * @param key   [2] int32, from `Rng.key()`
 */
export function statelessNormal<R extends tf.Rank>(shape: readonly number[], key: tf.Tensor1D): tf.Tensor<R> {
  return draw("StatelessRandomNormal", shape, key);
}

/** Draws from [0, 1) that are a function of the key alone; see `statelessNormal`. */
export function statelessUniform<R extends tf.Rank>(shape: readonly number[], key: tf.Tensor1D): tf.Tensor<R> {
  return draw("StatelessRandomUniform", shape, key);
}

function draw<R extends tf.Rank>(op: string, shape: readonly number[], key: tf.Tensor1D): tf.Tensor<R> {
  return tf.tidy(() => {
    const types = { dtype: TF.float32, T: TF.int32, Tseed: TF.int32 };
    const attributes = Object.entries(types).map(([name, value]) => ({ name, type: ATTRIBUTE.type, value }));
    const [values] = runOp(op, attributes, [tf.tensor1d([...shape], "int32"), key]);
    return values as tf.Tensor<R>;
  });
}
