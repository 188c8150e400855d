import { beforeAll, describe, expect, it } from "vitest";
import { compile, createVariable, ready, tf } from "../../lib/engine";
import { adamW } from "../../lib/optimizer";

beforeAll(() => ready({ device: "cpu" }));

const values = (tensor: tf.Tensor) => Array.from(tensor.dataSync());

describe("compile", () => {
  it("takes records and arrays of tensors beside tensors, and knows one layout from another", async () => {
    const weigh = compile(
      ({ x, w }: Record<string, tf.Tensor>, [bias]: tf.Tensor[]) =>
        tf.add(tf.mul(x as tf.Tensor, w as tf.Tensor), bias as tf.Tensor),
      { compiler: "graph" },
    );
    const [two, three, one] = [tf.scalar(2), tf.scalar(3), tf.scalar(1)];
    expect(values(await weigh({ x: two, w: three }, [one]))).toEqual([7]);
    // The names decide, not their order.
    expect(values(await weigh({ w: two, x: tf.tensor1d([1, 5]) }, [one]))).toEqual([3, 11]);
    expect(weigh.signatures()).toBe(2);
    await expect(weigh({ x: two, w: 3 as never }, [one])).rejects.toThrow(/argument 1 .* something else under "w"/);
    weigh.dispose();
    await expect(weigh({ x: two, w: three }, [one])).rejects.toThrow(/was disposed/);
  });
});

describe("adamW", () => {
  it("takes the steps that are worked out by hand, eagerly and compiled", async () => {
    const train = async (isCompiled: boolean) => {
      const w = createVariable(tf.tensor2d([[1]]), "w");
      const optimizer = adamW({ w }, { learningRate: 0.1, weightDecay: 0.5 });
      const once = (g: tf.Tensor) => {
        optimizer.update({ w: g });
        return w.read();
      };
      const step = isCompiled ? compile(once, { compiler: "graph" }) : async (g: tf.Tensor) => once(g);
      const seen = [values(await step(tf.tensor2d([[2]]))), values(await step(tf.tensor2d([[-1]])))];
      optimizer.dispose();
      w.dispose();
      return seen.flat();
    };
    // Step 1: moments 0.2 and 0.004, corrected 2 and 4: 1 · (1 − 0.05) − 0.1 · 2/2 = 0.85.
    // Step 2: moments 0.08 and 0.004996, corrected 0.421053 and 2.499250: 0.85 · 0.95 − 0.1 · 0.421053/1.580902.
    const expected = [0.85, 0.780866];
    for (const isCompiled of [false, true])
      (await train(isCompiled)).forEach((value, at) => {
        expect(value).toBeCloseTo(expected[at] as number, 5);
      });
  });

  it("names the variable that has no gradient", () => {
    const w = createVariable(tf.scalar(1), "w");
    expect(() => adamW({ w }).update({})).toThrow(/expected a gradient of w, got none/);
  });
});
