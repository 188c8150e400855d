import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { beforeAll, describe, expect, it } from "vitest";
import { compile, createVariable, memory, ready, stats, tf } from "../../lib/engine";

beforeAll(() => ready());

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Collects until `reached`, since finalizers run some time after their objects went. */
async function collectUntil(reached: () => boolean, turns = 50): Promise<void> {
  for (let turn = 0; turn < turns && !reached(); turn++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe("memory", () => {
  it("counts handles and bytes, by hand", () => {
    const before = memory();
    const x = tf.add(tf.ones([100, 10]), 1);
    const after = memory();
    expect(after.tensors - before.tensors).toBe(2);
    x.dispose();
    expect(memory().bytes).toBe(after.bytes - 4000);
    expect(after.residentBytes).toBeGreaterThan(1e7);
    expect(after.peakResidentBytes).toBeGreaterThanOrEqual(after.residentBytes * 0.9);
  });
});

describe("strings", () => {
  const texts = ["a", "x".repeat(50_000), "", "é".repeat(11), "y".repeat(22), "z".repeat(23)];

  it("of any length are what they were after ops that share or copy them, and after their tensor went", async () => {
    const all = tf.tensor1d(texts);
    const [shaped, twice, some] = [tf.reshape(all, [2, 3]), tf.concat([all, all]), tf.slice(all, [1], [3])];
    all.dispose();
    for (let other = 0; other < 50; other++) tf.tensor1d(["q".repeat(50_000)]).dispose();
    expect(shaped.dataSync()).toEqual(texts);
    expect(twice.dataSync()).toEqual([...texts, ...texts]);
    expect(some.dataSync()).toEqual(texts.slice(1, 4));
    tf.dispose([shaped, twice, some]);
  });

  it("are freed with their tensor, also after an op has taken them", () => {
    const hash = (text: string) =>
      tf.tidy(() => tf.string.stringToHashBucketFast(tf.tensor1d([text]), 10).dataSync()[0] as number);
    const long = "x".repeat(1_000_000);
    for (let warm = 0; warm < 20; warm++) hash(long);
    collectGarbage();
    const before = process.memoryUsage.rss();
    for (let again = 0; again < 200; again++) hash(long);
    collectGarbage();
    // Two hundred megabytes went through.
    expect(process.memoryUsage.rss() - before).toBeLessThan(100e6);
  });
});

describe("a tensor or variable that became unreachable", () => {
  it("is freed once it is unreachable, and counted", async () => {
    const { handles } = memory();
    const { finalized } = stats();
    (() => {
      for (let index = 0; index < 20; index++) tf.add(tf.tensor1d([index]), 1);
    })();
    expect(memory().handles).toBeGreaterThanOrEqual(handles + 40);
    await collectUntil(() => stats().finalized >= finalized + 40);
    expect(stats().finalized - finalized).toBeGreaterThanOrEqual(40);
    expect(memory().handles).toBeLessThan(handles + 40);
  });

  it("is a variable too", async () => {
    const { finalized } = stats();
    const first = tf.scalar(1);
    (() => {
      createVariable(first, "unreachable");
    })();
    await collectUntil(() => stats().finalized > finalized);
    expect(stats().finalized).toBeGreaterThan(finalized);
    first.dispose();
  });

  it("is not what a clone, a reshape or a compiled function still uses", async () => {
    const clone = (() => tf.clone(tf.reshape(tf.add(tf.tensor1d([1, 2]), 1), [2, 1])))();
    const f = (() => {
      const closed = tf.add(tf.ones([5000]), 1);
      return compile((x: tf.Tensor) => tf.add(tf.sum(closed), x));
    })();
    await f(tf.scalar(0));
    await collectUntil(() => false, 5);
    expect(Array.from(clone.dataSync())).toEqual([2, 3]);
    expect(Array.from((await f(tf.scalar(1))).dataSync())).toEqual([10001]);
    f.dispose();
  });
});

describe("2000 steps", () => {
  it("leave resident memory and handles as they were after the first 200", async () => {
    const weights = createVariable(tf.randomNormal([256, 256], 0, 0.05, "float32", 1), "weights");
    const step = compile((x: tf.Tensor2D) => {
      const loss = (w: tf.Tensor) => tf.mean(tf.square(tf.sub(tf.matMul(x, w as tf.Tensor2D), x)));
      const now = weights.read();
      const { value, grads } = tf.valueAndGrads((w: tf.Tensor) => loss(w) as tf.Scalar)([now]);
      weights.assign(tf.sub(now, tf.mul(grads[0] as tf.Tensor, 0.1)));
      return value;
    });
    const pixels = new Float32Array(64 * 256).fill(0.5);
    const run = async (steps: number) => {
      for (let index = 0; index < steps; index++) {
        const x = tf.tensor2d(pixels, [64, 256]);
        const loss = await step(x);
        loss.dataSync();
        tf.dispose([x, loss]);
      }
      collectGarbage();
    };
    await run(200);
    const before = memory();
    await run(2000);
    const after = memory();
    // Fewer: what the tests above forgot is freed meanwhile.
    expect(after.handles).toBeLessThanOrEqual(before.handles);
    expect(after.tensors).toBe(before.tensors);
    // A leak of one batch a step would be 131 MB.
    expect(after.residentBytes - before.residentBytes).toBeLessThan(30e6);
    step.dispose();
    weights.dispose();
  });
});
