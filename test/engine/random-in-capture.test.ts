import { beforeAll, describe, expect, it } from "vitest";
import { compile, ready, tf } from "../../lib/engine";
import { EngineError } from "../../lib/errors";

beforeAll(() => ready());

const values = (tensor: tf.Tensor) => Array.from(tensor.dataSync());

describe("a random draw in a compiled function", () => {
  const x = () => tf.ones([2, 3]) as tf.Tensor2D;
  const line = "drew random numbers at \\S*random-in-capture\\.test\\.ts:\\d+:\\d+ while a function was captured";
  it.each<[string, (x: tf.Tensor2D) => tf.Tensor]>([
    ["tf.dropout", (it) => tf.dropout(it, 0.5)],
    ["tf.randomNormal", (it) => tf.add(it, tf.randomNormal([2, 3]))],
    ["tf.randomUniform", (it) => tf.add(it, tf.randomUniform([2, 3]))],
    ["tf.randomUniformInt", (it) => tf.add(it, tf.randomUniformInt([2, 3], 0, 9))],
    ["tf.randomStandardNormal", (it) => tf.add(it, tf.randomStandardNormal([2, 3]))],
    ["tf.randomGamma", (it) => tf.add(it, tf.randomGamma([2, 3], 1))],
    ["tf.truncatedNormal", (it) => tf.add(it, tf.truncatedNormal([2, 3]))],
    [
      "tf.rand",
      (it) =>
        tf.add(
          it,
          tf.rand([2, 3], () => Math.random()),
        ),
    ],
    ["tf.multinomial", (it) => tf.multinomial(it, 3)],
    ["Math.random", (it) => tf.mul(it, Math.random())],
  ])("is refused with its name and the line: %s", async (name, draw) => {
    const { random } = Math;
    const drawing = compile((it: tf.Tensor2D) => draw(it), { name: "drawing" });
    const calling = drawing(x());
    await expect(calling).rejects.toThrow(new RegExp(`^${name} ${line}`));
    await expect(calling).rejects.toThrow(EngineError);
    // Elsewhere draws go on. Of the host, since TensorFlow itself refuses its own once a test has asked for determinism.
    expect(Math.random).toBe(random);
    expect(values(tf.randomNormal([2, 3])).every(Number.isFinite)).toBe(true);
  });

  it("is allowed where it is none: a rate of 0, and a seed, which gives the same at every call outside too", async () => {
    const keeping = compile((it: tf.Tensor2D) => tf.dropout(it, 0));
    expect(values(await keeping(x()))).toEqual([1, 1, 1, 1, 1, 1]);
    const seeded = (it: tf.Tensor2D) => tf.dropout(it, 0.5, undefined, 7);
    const compiled = compile(seeded);
    expect(values(await compiled(x()))).toEqual(values(seeded(x())));
    expect(values(seeded(x()))).toEqual(values(seeded(x())));
  });
});
