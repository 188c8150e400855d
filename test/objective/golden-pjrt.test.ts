import { describe } from "vitest";
import { compile, type tf } from "../../lib/engine";
import { hasPlugin } from "../engine/pjrt-device";
import type { Tensors } from "./golden";
import { goldenContract, type Runner } from "./golden-contract";

const isHere = await hasPlugin();

type Compiled = (...inputs: tf.Tensor[]) => Promise<Tensors>;
const known = new Map<unknown, Compiled>();

const compiled: Runner = async (fn, inputs) => {
  const names = Object.keys(inputs);
  const named = (tensors: tf.Tensor[]) =>
    Object.fromEntries(names.map((name, index) => [name, tensors[index] as tf.Tensor]));
  const call =
    known.get(fn) ?? compile((...tensors: tf.Tensor[]) => fn(named(tensors)), { backend: "pjrt", name: "golden" });
  known.set(fn, call);
  return call(...Object.values(inputs));
};

describe.skipIf(!isHere)("PJRT", () => goldenContract("compiled by PJRT", compiled));
