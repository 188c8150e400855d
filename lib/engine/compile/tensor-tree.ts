import * as tf from "@tensorflow/tfjs-core";
import { EngineError } from "../../errors";

/** What a compiled function may return. */
export type TensorTree = tf.Tensor | tf.Tensor[] | Record<string, tf.Tensor>;

/** The tensors of a result in a fixed order, and how to rebuild the result from others. */
export interface Flattened<Out> {
  tensors: tf.Tensor[];
  rebuild(tensors: tf.Tensor[]): Out;
}

/** @throws {EngineError} when the function returned anything other than a tensor, or an array or record of tensors */
export function flatten<Out extends TensorTree>(result: Out, label: string): Flattened<Out> {
  if (result instanceof tf.Tensor) return { tensors: [result], rebuild: ([tensor]) => tensor as Out };
  const isPromise = typeof (result as { then?: unknown } | undefined)?.then === "function";
  const entries = Object.entries(result ?? {});
  const odd = isPromise ? "a promise" : entries.find(([, value]) => !(value instanceof tf.Tensor))?.[0];
  if (odd !== undefined || entries.length === 0) {
    const got = isPromise ? odd : odd === undefined ? `${result}` : `something else under "${odd}"`;
    throw new EngineError(
      `The function ${label} is to give a tensor, an array of tensors or a record of tensors; it gave ${got}. An async ` +
        `function cannot be compiled.`,
    );
  }
  const tensors = entries.map(([, tensor]) => tensor as tf.Tensor);
  if (Array.isArray(result)) return { tensors, rebuild: (given) => given as Out };
  return {
    tensors,
    rebuild: (given) => Object.fromEntries(entries.map(([name], index) => [name, given[index]])) as Out,
  };
}
