import { beforeAll, describe, expect, it } from "vitest";
import { ObjectiveConfig } from "../../lib/config";
import { ready, tf } from "../../lib/engine";
import { ShapeError } from "../../lib/errors";
import { losses } from "../../lib/objective";
import { loadGolden } from "./golden";

beforeAll(() => ready());

const config = (given: Partial<ObjectiveConfig> = {}) =>
  ObjectiveConfig.parse({ lambdaNT: 0.5, lambdaCN: 2, ...given });

/** One row of two tokens with two channels. */
const row = (values: number[]) => tf.tensor3d(values, [1, 2, 2]);
const latents = () => ({
  targets: row([0, 0, 0, 0]),
  clean: row([0.5, 3, 0, 0]),
  noisy: row([0, 0, 3, 4]),
});

async function numbers(given: Partial<ObjectiveConfig> = {}, tokenMask?: tf.Tensor2D): Promise<number[]> {
  const { loss, lossCT, lossNT, lossCN } = losses({ ...latents(), ...(tokenMask && { tokenMask }) }, config(given));
  return Promise.all([lossCT, lossNT, lossCN, loss].map(async (term) => (await term.data())[0] as number));
}

function expectNumbers(found: number[], expected: number[]): void {
  expected.forEach((value, index) => {
    expect(found[index]).toBeCloseTo(value, 4);
  });
}

describe("losses", () => {
  it("is smooth-L1, smooth-L1 and squares, each a mean over all elements, by hand", async () => {
    // CT: (0.125 + 2.5)/4; NT: (2.5 + 3.5)/4; CN: (0.25 + 9 + 9 + 16)/4; sum: CT + 0.5·NT + 2·CN
    expectNumbers(await numbers(), [0.65625, 1.5, 8.5625, 18.53125]);
  });

  it("weighs L_CT too where that is told, and at 0 leaves the other two", async () => {
    // 0.65625·w + 0.5·1.5 + 2·8.5625
    expectNumbers(await numbers({ lambdaCT: 0 }), [0.65625, 1.5, 8.5625, 17.875]);
    expectNumbers(await numbers({ lambdaCT: 2 }), [0.65625, 1.5, 8.5625, 19.1875]);
  });

  it("sums over tokens and channels with `paper-sum`", async () => {
    expectNumbers(await numbers({ reduction: "paper-sum" }), [2.625, 6, 34.25]);
  });

  it("takes a token's norm with `token-norm`: quadratic below one, linear above", async () => {
    // CT: norms √9.25 and 0 → 2.5414; NT: norms 0 and 5 → 4.5; mean over two tokens
    expectNumbers(await numbers({ pred: "token-norm" }), [(Math.sqrt(9.25) - 0.5) / 2, 2.25]);
    const small = losses({ ...latents(), clean: row([0.3, 0.4, 0, 0]) }, config({ pred: "token-norm" }));
    expect((await small.lossCT.data())[0]).toBeCloseTo(0.0625, 5); // ½·0.25 over two tokens
  });

  it("takes squares with `l2`", async () => {
    expectNumbers(await numbers({ pred: "l2" }), [9.25 / 4, 25 / 4]);
  });

  it("counts only what the mask counts", async () => {
    const mask = tf.tensor2d([[1, 0]]);
    expectNumbers(await numbers({}, mask), [2.625 / 2, 0, 9.25 / 2]);
    expectNumbers(await numbers({ reduction: "paper-sum" }, mask), [2.625, 0, 9.25]);
    expectNumbers(await numbers({ pred: "token-norm" }, mask), [Math.sqrt(9.25) - 0.5, 0]);
  });

  it("has the golden file's word-for-word reading of the paper's equations", async () => {
    const { outputs, literal } = loadGolden();
    const [targets, clean, noisy] = ["targets", "pred_c", "pred_n"].map((name) => {
      const golden = outputs[name];
      if (!golden) throw new Error(`${name} is missing`);
      return tf.tensor3d(golden.values, golden.shape as [number, number, number]);
    }) as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];
    const found = losses({ targets, clean, noisy }, config({ pred: "token-norm", reduction: "paper-sum" }));
    for (const [term, expected] of [
      [found.lossCT, literal.ct],
      [found.lossNT, literal.nt],
      [found.lossCN, literal.cn],
    ] as const) {
      expect(Math.abs(((await term.data())[0] as number) / expected - 1)).toBeLessThan(1e-3);
    }
  });

  it("has finite gradients where prediction and target are equal, in every form", async () => {
    for (const pred of ["elementwise", "token-norm", "l2"] as const) {
      const slope = tf.grad((x) => losses({ ...latents(), clean: x as tf.Tensor3D }, config({ pred })).lossCT);
      const values = await slope(row([0, 0, 0, 0])).data();
      expect([...values]).toEqual([0, 0, 0, 0]);
    }
  });

  it("cuts the gradient of L_CN on the side that `detach` names, and only there", async () => {
    const reaches = async (detach: ObjectiveConfig["detach"], side: "clean" | "noisy") => {
      const slope = tf.grad((x) => losses({ ...latents(), [side]: x as tf.Tensor3D }, config({ detach })).lossCN);
      return (await slope(latents()[side]).data()).some((value) => value !== 0);
    };
    expect(await reaches("none", "clean")).toBe(true);
    expect(await reaches("none", "noisy")).toBe(true);
    expect(await reaches("context", "clean")).toBe(false);
    expect(await reaches("context", "noisy")).toBe(true);
    expect(await reaches("noise", "noisy")).toBe(false);
    expect(await reaches("noise", "clean")).toBe(true);
  });

  it("is L_CT alone without a noisy prediction", async () => {
    const found = losses({ ...latents(), noisy: null }, config({ method: "i-jepa" }));
    expect((await found.loss.data())[0]).toBeCloseTo(0.65625, 5);
    expect((await found.lossNT.data())[0]).toBe(0);
  });

  it("refuses latents of different shapes", () => {
    expect(() => losses({ ...latents(), targets: tf.zeros([1, 2, 3]) }, config())).toThrow(ShapeError);
  });
});
