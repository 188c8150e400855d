import { beforeAll, describe, expect, it } from "vitest";
import { compile, ready, tf } from "../../lib/engine";

beforeAll(() => ready());

const values = (tensor: tf.Tensor) => Array.from(tensor.dataSync());

describe("sums and means over rows in a compiled function", () => {
  // Row r holds 40 times r + 1: sums 40, 80, …, means 1, 2, …, exact in float32 and, past 256, not in bfloat16.
  const rows = (count: number) => Float32Array.from({ length: count * 40 }, (_, index) => Math.floor(index / 40) + 1);

  it.each(["float32", "bfloat16"] as const)("are those by hand, exact under %s", async (precision) => {
    const f = compile(
      (x: tf.Tensor, y: tf.Tensor) => [tf.sum(x, -1), tf.mean(x, 1, true), tf.sum(y, 2, true), tf.mean(y, -1)],
      { precision },
    );
    const x = tf.tensor2d(rows(9), [9, 40]);
    const y = tf.tensor3d(rows(6), [2, 3, 40]);
    const results = await f(x, y);
    expect(results.map(({ shape }) => shape)).toEqual([[9], [9, 1], [2, 3, 1], [2, 3]]);
    const counted = (count: number, times: number) => Array.from({ length: count }, (_, row) => (row + 1) * times);
    const [sums, means, sumsOfThree, meansOfThree] = results.map(values) as [number[], number[], number[], number[]];
    expect(sums).toEqual(counted(9, 40));
    expect(sumsOfThree).toEqual(counted(6, 40));
    for (const mean of [...means.keys()]) expect(means[mean]).toBeCloseTo(mean + 1, 5);
    for (const mean of [...meansOfThree.keys()]) expect(meansOfThree[mean]).toBeCloseTo(mean + 1, 5);
    f.dispose();
  });

  it("hand a NaN on, and sum other axes as before", async () => {
    const f = compile((x: tf.Tensor) => [tf.sum(x, -1), tf.sum(x, 0), tf.sum(x)]);
    const x = tf.tensor2d(rows(2), [2, 40]);
    const [last, first, all] = (await f(x)).map(values) as [number[], number[], number[]];
    expect(last).toEqual([40, 80]);
    expect(first).toEqual(Array(40).fill(3));
    expect(all).toEqual([120]);
    const odd = tf.tensor2d(rows(2).fill(Number.NaN, 40, 41), [2, 40]);
    expect((await f(odd)).map(values)[0]).toEqual([40, Number.NaN]);
    f.dispose();
  });
});
