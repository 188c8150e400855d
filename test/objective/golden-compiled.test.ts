import { beforeAll } from "vitest";
import { compile, ready, type tf } from "../../lib/engine";
import { goldenContract, type Runner } from "./golden";

beforeAll(() => ready());

const compiled: Runner = async (fn, inputs) => {
  const names = Object.keys(inputs);
  const call = compile(
    (...tensors: tf.Tensor[]) =>
      fn(Object.fromEntries(names.map((name, index) => [name, tensors[index] as tf.Tensor]))),
    { name: "golden" },
  );
  const found = await call(...Object.values(inputs));
  call.dispose();
  return found;
};

goldenContract("compiled by XLA", compiled);
