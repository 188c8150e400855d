import * as tf from "@tensorflow/tfjs-core";
import { ShapeError } from "../../errors";
import { type CallOptions, type CompiledFunction, type CompileOptions, compileTensors } from "./compile";
import type { TensorTree } from "./tensor-tree";

type Tensors = CompiledFunction<tf.Tensor[], TensorTree>;

/**
 * A pure function of tensors, compiled into a single TensorFlow call.
 *
 * The function runs once per signature, on tensors without values, and every op it calls goes into a graph, including
 * tf.* gradients. Variables (`createVariable`) that it reads or assigns become resources, updated in place; other
 * tensors it closes over are kept alive. Awaiting a call leaves the event loop free while TensorFlow works; calls of
 * functions that assign variables run one after the other, in the order in which they were made.
 *
 * Random numbers that the function would draw are an error, since they would be the same at every call: draw them outside,
 * and pass them as an argument. An op that is given a seed, such as `tf.dropout(x, 0.1, undefined, 7)`, gives the same at
 * every call outside too, and is allowed.
 *
 * @param fn  takes and returns tensors, or arrays or records of tensors; must not read values or branch on them.
 *   A record with other names is another signature.
 * @throws {EngineError} at the first call, when the function reads a value, draws random numbers, makes a variable, or needs
 *   a shape that depends on values; {TensorFlowError} when TensorFlow refuses an op, with the op and the line that called it
 * @throws {ShapeError} at a call, when an argument contains anything other than tensors
 */
export function compile<In extends TensorTree[], Out extends TensorTree>(
  fn: (...inputs: In) => Out,
  options: CompileOptions = {},
): CompiledFunction<In, Out> {
  const name = options.name ?? (fn.name || "function");
  const made = new Map<string, Tensors>();
  let disposed = false;
  const call = (callOptions: CallOptions, inputs: In): Promise<Out> => {
    const parts = inputs.map((input, at) => partsOf(input, at, name));
    const layout = JSON.stringify(parts.map(({ names }) => names));
    let compiled = made.get(layout);
    if (!compiled) {
      const onTensors = (...tensors: tf.Tensor[]) => {
        let from = 0;
        const given = parts.map(({ rebuild, tensors: { length } }) => {
          from += length;
          return rebuild(tensors.slice(from - length, from));
        });
        return fn(...(given as In));
      };
      compiled = compileTensors(onTensors, { ...options, name });
      if (disposed) compiled.dispose();
      made.set(layout, compiled);
    }
    return compiled.with(callOptions)(...parts.flatMap(({ tensors }) => tensors)) as Promise<Out>;
  };
  const all = () => [...made.values()];
  return Object.assign(async (...inputs: In) => call({}, inputs), {
    with:
      (callOptions: CallOptions) =>
      async (...inputs: In) =>
        call(callOptions, inputs),
    signatures: () => all().reduce((sum, one) => sum + one.signatures(), 0),
    opCounts: () => all().flatMap((one) => one.opCounts()),
    programs: () => all().flatMap((one) => one.programs()),
    dispose: () => {
      disposed = true;
      for (const one of all()) one.dispose();
    },
  });
}

interface Parts {
  /** The names of a record's tensors, the length of an array, or null for a tensor. */
  names: string[] | number | null;
  tensors: tf.Tensor[];
  rebuild(tensors: tf.Tensor[]): TensorTree;
}

function partsOf(input: TensorTree, at: number, label: string): Parts {
  if (input instanceof tf.Tensor) return { names: null, tensors: [input], rebuild: ([tensor]) => tensor as tf.Tensor };
  const entries = Object.entries(input ?? {});
  const odd = entries.find(([, value]) => !(value instanceof tf.Tensor))?.[0];
  if (typeof input !== "object" || input === null || odd !== undefined) {
    const got = odd === undefined ? String(input) : `something else under "${odd}"`;
    throw new ShapeError(
      `${label}: argument ${at + 1} is to be a tensor, an array or a record of tensors; it has ${got}.`,
    );
  }
  const tensors = entries.map(([, tensor]) => tensor as tf.Tensor);
  if (Array.isArray(input)) return { names: input.length, tensors, rebuild: (given) => given };
  const names = entries.map(([name]) => name);
  return {
    names,
    tensors,
    rebuild: (given) =>
      Object.fromEntries(names.map((name, index) => [name, given[index]])) as Record<string, tf.Tensor>,
  };
}
