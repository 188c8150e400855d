import { beforeAll, describe, expect, it } from "vitest";
import { ready, tf } from "../../lib/engine";
import { lossTermNames, objective, objectiveAndGradients } from "../../lib/objective";
import { expectSameGradients, inputsOf, parametersOf, smoke, value } from "./smoke-step";

beforeAll(() => ready());

describe("objective", () => {
  it("adds its terms by the weights", async () => {
    const run = smoke({ objective: { lambdaNT: 0.25, lambdaCN: 3 } });
    const found = objective(parametersOf(run), inputsOf(run), run);
    const [loss, ct, nt, cn] = await Promise.all([found.loss, found.lossCT, found.lossNT, found.lossCN].map(value));
    expect(loss).toBeCloseTo((ct as number) + 0.25 * (nt as number) + 3 * (cn as number), 4);
    expect(cn).toBeGreaterThan(0);
  });

  it("is i-jepa when both weights are zero: the same loss and the same gradients", async () => {
    const run = smoke({ objective: { lambdaNT: 0, lambdaCN: 0 } });
    const baseline = smoke({ objective: { method: "i-jepa" } });
    const ours = objectiveAndGradients(parametersOf(run), inputsOf(run), run);
    const theirs = objectiveAndGradients(parametersOf(baseline), inputsOf(baseline), baseline);
    expect(await value(ours.losses.loss)).toBe(await value(theirs.losses.loss));
    await expectSameGradients(ours.gradients, theirs.gradients, /^(encoder|predictor_c)\./);
    // The noisy predictor is not there: nothing computes it, nothing updates it.
    expect(Object.keys(ours.gradients)).toEqual(Object.keys(theirs.gradients));
    expect(Object.keys(ours.gradients).some((name) => name.startsWith("predictor_n."))).toBe(false);
    const one = smoke({ objective: { lambdaNT: 0, lambdaCN: 0.1 } });
    const { gradients } = objectiveAndGradients(parametersOf(one), inputsOf(one), one);
    expect(Object.keys(gradients).some((name) => name.startsWith("predictor_n."))).toBe(true);
  });

  it("has L_CN = 0 when predictor and mask token are shared and there is no noise", async () => {
    const shared = { predictorParams: "shared", maskToken: "shared" } as const;
    const run = smoke({ model: shared, noise: { level: "none" } });
    expect(await value(objective(parametersOf(run), inputsOf(run), run).lossCN)).toBe(0);
    const noisy = smoke({ model: shared });
    expect(await value(objective(parametersOf(noisy), inputsOf(noisy), noisy).lossCN)).toBeGreaterThan(0);
  });

  it.each([
    ["unshared", "shared"],
    ["shared", "unshared"],
    ["shared", "shared"],
  ] as const)(
    "gives every parameter a gradient with %s predictors and %s mask token",
    async (predictorParams, maskToken) => {
      const run = smoke({ model: { predictorParams, maskToken } });
      const { gradients } = objectiveAndGradients(parametersOf(run), inputsOf(run), run);
      for (const gradient of Object.values(gradients)) {
        expect((await gradient.data()).some((slope) => slope !== 0)).toBe(true);
      }
    },
  );

  it("is not changed by padding of contexts and targets: losses and gradients", async () => {
    const run = smoke({ masking: { contextTruncation: "none" } });
    const params = parametersOf(run);
    const plain = inputsOf(run);
    const [contextPatches, targetPatches] = [plain.context.shape[1] + 5, plain.targets.shape[1] + 3];
    const padded = inputsOf(run, { contextPatches, targetPatches });
    expect(padded.context.shape[1]).toBe(contextPatches);
    const expected = objectiveAndGradients(params, plain, run);
    const found = objectiveAndGradients(params, padded, run);
    for (const term of ["loss", ...lossTermNames] as const) {
      expect(await value(found.losses[term])).toBeCloseTo(await value(expected.losses[term]), 5);
    }
    await expectSameGradients(found.gradients, expected.gradients, /./);
  });

  it("sends no gradient into the teacher, and depends on it", async () => {
    const run = smoke();
    const params = parametersOf(run);
    const inputs = inputsOf(run);
    const before = await value(objective(params, inputs, run).lossCT);
    const name = "target_encoder.blocks.0.mlp.fc1.weight";
    const other = { ...params, [name]: tf.mul(params[name] as tf.Tensor, 5) };
    expect(await value(objective(other, inputs, run).lossCT)).not.toBe(before);
    const names = Object.keys(objectiveAndGradients(params, inputs, run).gradients);
    expect(names.some((each) => each.startsWith("target_encoder."))).toBe(false);
  });

  it("agrees with differences: the gradient of one weight of each part", async () => {
    const run = smoke();
    const params = parametersOf(run);
    const inputs = inputsOf(run);
    const { gradients } = objectiveAndGradients(params, inputs, run);
    for (const name of ["encoder.norm.bias", "predictor_c.predictor_proj.bias", "predictor_n.predictor_proj.bias"]) {
      const at = params[name] as tf.Tensor;
      const nudged = async (by: number) => {
        const shift = tf.oneHot(tf.scalar(0, "int32"), at.size);
        const moved = tf.add(at, tf.mul(tf.reshape(shift, at.shape), by));
        return value(objective({ ...params, [name]: moved }, inputs, run).loss);
      };
      const slope = ((await nudged(0.02)) - (await nudged(-0.02))) / 0.04;
      expect((await (gradients[name] as tf.Tensor).data())[0]).toBeCloseTo(slope, 3);
    }
  });

  it("leaves nothing behind over several steps but its results", () => {
    const run = smoke();
    const params = parametersOf(run);
    const inputs = inputsOf(run);
    const before = tf.memory().numTensors;
    for (let step = 0; step < 3; step++) {
      const { losses, gradients } = tf.tidy(() => {
        const found = objectiveAndGradients(params, inputs, run);
        return { losses: { ...found.losses }, gradients: found.gradients };
      });
      expect(tf.memory().numTensors).toBe(before + 4 + Object.keys(gradients).length);
      tf.dispose([losses, gradients]);
    }
    expect(tf.memory().numTensors).toBe(before);
  });
});
