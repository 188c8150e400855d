import { beforeAll, describe, expect, it } from "vitest";
import { compile, ready, tf } from "../../lib/engine";
import { ShapeError } from "../../lib/errors";
import type { PatchMasks } from "../../lib/masking";
import {
  latents,
  lossTermNames,
  objective,
  objectiveAndGradients,
  type StepInputs,
  trainedNames,
} from "../../lib/objective";
import { BATCH, expectSameGradients, inputsOf, masksOf, parametersOf, smoke, value } from "./smoke-step";

beforeAll(() => ready());

describe("several contexts per image", () => {
  const masking = {
    contextBlocks: 2,
    contextScale: [0.5, 0.6] as [number, number],
    positionRange: "inclusive" as const,
  };
  const run = smoke({ masking: { ...masking, minKeep: 4 } });

  it("have the mean of the losses and gradients that each context has alone", async () => {
    const masks = masksOf(run);
    expect(masks.context.length).toBe(2 * BATCH * masks.contextPatches);
    const alone = (index: number): PatchMasks => ({
      ...masks,
      contexts: 1,
      context: masks.context.slice(index * BATCH * masks.contextPatches, (index + 1) * BATCH * masks.contextPatches),
      contextLength: masks.contextLength.slice(index * BATCH, (index + 1) * BATCH),
    });
    const params = parametersOf(run);
    const both = objectiveAndGradients(params, inputsOf(run, {}, masks), run);
    const each = [0, 1].map((index) => objectiveAndGradients(params, inputsOf(run, {}, alone(index)), run));
    for (const term of ["loss", ...lossTermNames] as const) {
      const [a, b] = await Promise.all(each.map(({ losses }) => value(losses[term])));
      expect(a).not.toBe(b);
      expect(await value(both.losses[term])).toBeCloseTo(((a as number) + (b as number)) / 2, 5);
    }
    const mean = (name: string) => tf.div(tf.addN(each.map(({ gradients }) => gradients[name] as tf.Tensor)), 2);
    await expectSameGradients(
      both.gradients,
      Object.fromEntries(trainedNames(run).map((name) => [name, mean(name)])),
      /./,
    );
  });
});

describe("noise in the space `projected`", () => {
  it("is noise on positions after the weights of the noisy predictor's embedding", async () => {
    const projected = smoke({ noise: { space: "projected" } });
    const params = parametersOf(projected);
    const inputs = inputsOf(projected);
    const noise = inputs.noise as tf.Tensor3D;
    expect(noise.shape[2]).toBe(projected.model.embedDim);
    const weight = params["predictor_n.predictor_embed.weight"] as tf.Tensor2D;
    const mapped = tf.reshape(tf.matMul(tf.reshape(noise, [-1, noise.shape[2]]), weight, false, true), [
      noise.shape[0],
      noise.shape[1],
      -1,
    ]) as tf.Tensor3D;
    const onPositions = latents(params, { ...inputs, noise: mapped }, smoke());
    const found = latents(params, inputs, projected);
    const gap = tf.max(tf.abs(tf.sub(found.noisy as tf.Tensor, onPositions.noisy as tf.Tensor)));
    expect(await value(gap)).toBeLessThan(1e-6);
    expect(() => latents(params, { ...inputs, noise: mapped }, projected)).toThrow(ShapeError);
  });
});

describe("permuting the batch", () => {
  it("permutes the latents and leaves the losses", async () => {
    const run = smoke();
    const params = parametersOf(run);
    const inputs = inputsOf(run);
    const order = [2, 0, 1];
    const blocks = run.masking.targetBlocks;
    const rows = tf.tensor1d(Array.from({ length: blocks }, (_, l) => order.map((b) => l * BATCH + b)).flat(), "int32");
    const images = tf.tensor1d(order, "int32");
    const permuted: StepInputs = {
      ...inputs,
      images: tf.gather(inputs.images, images),
      context: tf.gather(inputs.context, images),
      targets: tf.gather(inputs.targets, rows),
      noise: tf.gather(inputs.noise as tf.Tensor3D, rows),
      wanted: tf.gather(inputs.wanted as tf.Tensor2D, images),
      places: tf.gather(inputs.places as tf.Tensor2D, rows),
    };
    const [before, after] = [latents(params, inputs, run), latents(params, permuted, run)];
    for (const name of ["targets", "clean", "noisy"] as const) {
      const gap = tf.max(tf.abs(tf.sub(tf.gather(before[name] as tf.Tensor3D, rows), after[name] as tf.Tensor3D)));
      expect(await value(gap), name).toBeLessThan(1e-5);
    }
    expect(await value(objective(params, permuted, run).loss)).toBeCloseTo(
      await value(objective(params, inputs, run).loss),
      5,
    );
  });
});

describe("the teacher's last block", () => {
  it("computed only where some target is gives the targets of the whole one, however the union is padded", async () => {
    const run = smoke();
    const params = parametersOf(run);
    const { wanted, places, ...whole } = inputsOf(run);
    const full = latents(params, whole, run).targets;
    const union = wanted as tf.Tensor2D;
    expect(union.shape[1]).toBeLessThan(49);
    for (const wantedPatches of [0, union.shape[1] + 7]) {
      const found = latents(params, inputsOf(run, { wantedPatches }), run).targets;
      expect(await value(tf.max(tf.abs(tf.sub(found, full))))).toBeLessThan(2e-6);
    }
    // Each place leads back to the patch that it stands for.
    const patches = tf.gatherND(union, placesOf(places as tf.Tensor2D));
    expect([...(await patches.data())]).toEqual([...(await whole.targets.data())]);
  });
});

function placesOf(places: tf.Tensor2D): tf.Tensor2D {
  const [rows, patches] = places.shape;
  const image = Int32Array.from({ length: rows * patches }, (_, index) => Math.floor(index / patches) % BATCH);
  return tf.stack([tf.tensor1d(image, "int32"), tf.reshape(places, [-1])], 1) as tf.Tensor2D;
}

describe("padding", () => {
  it("changes no loss and no gradient in a step compiled by XLA, which changes none itself", async () => {
    const run = smoke({
      masking: { contextTruncation: "none" },
      model: { depth: 1, embedDim: 16, predictorDepth: 1, predictorEmbedDim: 8 },
    });
    const params = parametersOf(run);
    const names = Object.keys(params);
    const plain = inputsOf(run);
    const keys = Object.keys(plain) as (keyof StepInputs)[];
    const step = compile((...given: tf.Tensor[]) => {
      const at = (from: number, count: number, named: readonly string[]) =>
        Object.fromEntries(given.slice(from, from + count).map((tensor, index) => [named[index], tensor]));
      const found = objectiveAndGradients(
        at(0, names.length, names) as Record<string, tf.Tensor>,
        at(names.length, keys.length, keys) as unknown as StepInputs,
        run,
      );
      return { ...found.losses, ...found.gradients } as Record<string, tf.Tensor>;
    });
    const padded = inputsOf(run, {
      contextPatches: plain.context.shape[1] + 5,
      targetPatches: plain.targets.shape[1] + 3,
    });
    const call = (inputs: StepInputs) => step(...Object.values(params), ...keys.map((key) => inputs[key] as tf.Tensor));
    const wide = await call(padded);
    // Against the unpadded step as it is: what either of the two changed would show.
    const eager = objectiveAndGradients(params, plain, run);
    for (const term of ["loss", ...lossTermNames] as const)
      expect(await value(wide[term])).toBeCloseTo(await value(eager.losses[term]), 6);
    await expectSameGradients(wide, eager.gradients, /./);
  });
});
