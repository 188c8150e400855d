import { beforeAll } from "vitest";
import { compile, ready, type tf } from "../../lib/engine";
import type { Tensors } from "./golden";
import { goldenContract, type Runner } from "./golden-contract";

beforeAll(() => ready());

type Compiled = (...inputs: tf.Tensor[]) => Promise<Tensors>;
const known = new Map<unknown, Compiled>();

const compiled: Runner = async (fn, inputs) => {
  const call = known.get(fn) ?? compileNamed(fn, Object.keys(inputs));
  known.set(fn, call);
  return call(...Object.values(inputs));
};

function compileNamed(fn: (inputs: Tensors) => Tensors, names: string[]): Compiled {
  return compile(
    (...tensors: tf.Tensor[]) =>
      fn(Object.fromEntries(names.map((name, index) => [name, tensors[index] as tf.Tensor]))),
    { name: "golden" },
  );
}

goldenContract("compiled by XLA", compiled);
