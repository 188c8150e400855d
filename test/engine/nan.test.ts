import { describe, expect, it } from "vitest";
import { type CompileOptions, compile, tf } from "../../lib/engine";
import { hasPlugin } from "./pjrt-device";

const isHere = await hasPlugin();

/** Extremes of a vector, and the larger of each two neighbours in it. */
const extremes = (x: tf.Tensor) => ({
  max: tf.max(x),
  min: tf.min(x),
  argMax: tf.argMax(x),
  argMin: tf.argMin(x),
  relu: tf.relu(x),
  larger: tf.maximum(x, 1),
  larger2: tf.maximum(1, x),
  smaller: tf.minimum(1, x),
  byRow: tf.max(tf.reshape(tf.concat([x, [7]], 0), [2, 3]), 1, true),
  pooled: tf.maxPool(tf.reshape(x, [1, 1, -1, 1]) as tf.Tensor4D, [1, 2], 1, "valid"),
});

const given = [5, 0, Number.NaN, -1, 3];
const byHand = {
  max: [Number.NaN],
  min: [Number.NaN],
  argMax: [0],
  argMin: [3],
  relu: [5, 0, Number.NaN, 0, 3],
  larger: [5, 1, Number.NaN, 1, 3],
  larger2: [5, 1, Number.NaN, 1, 3],
  smaller: [1, 0, Number.NaN, -1, 1],
  byRow: [Number.NaN, 7],
  pooled: [5, 0, -1, 3],
};

const valuesOf = (results: Record<string, tf.Tensor>) =>
  Object.fromEntries(Object.entries(results).map(([name, result]) => [name, Array.from(result.dataSync())]));

describe("a maximum of numbers with a NaN among them is NaN, and its place is that of the largest number", () => {
  it("eagerly", () => {
    expect(valuesOf(extremes(tf.tensor1d(given)))).toEqual(byHand);
  });

  const ways: Record<string, CompileOptions> = {
    "TensorFlow's XLA": { backend: "tensorflow" },
    "TensorFlow's graph": { compiler: "graph" },
    ...(isHere && { PJRT: { backend: "pjrt" } }),
  };
  it.each(Object.keys(ways))("compiled by %s", async (way) => {
    const compiled = compile(extremes, ways[way]);
    expect(valuesOf(await compiled(tf.tensor1d(given)))).toEqual(byHand);
    compiled.dispose();
  });

  it("compiled, where there is nothing but NaN: the place is the first", async () => {
    const compiled = compile((x: tf.Tensor) => [tf.argMax(x, 1), tf.argMin(x, 1)]);
    const [most, least] = await compiled(tf.tensor2d([[Number.NaN, Number.NaN, Number.NaN]]));
    expect([most?.dataSync()[0], least?.dataSync()[0]]).toEqual([0, 0]);
    compiled.dispose();
  });
});
