import { expect } from "vitest";
import { effectiveMethod, parseRun, type Run } from "../../lib/config";
import { tf } from "../../lib/engine";
import { type PatchMasks, sampleMasks } from "../../lib/masking";
import { initializeParameters, initializeTeacher, patchGrid } from "../../lib/model";
import { drawNoise } from "../../lib/noise";
import { maskInputs, type StepInputs } from "../../lib/objective";
import { rng } from "../../lib/random";

export const BATCH = 3;

export function smoke(given: Parameters<typeof parseRun>[0] = {}): Run {
  return parseRun({ preset: "smoke", ...given });
}

export function parametersOf(run: Run): Record<string, tf.Tensor> {
  const params = initializeParameters(run.model, rng(1).fold("parameters"), effectiveMethod(run.objective));
  return { ...params, ...initializeTeacher(params) };
}

export function masksOf(run: Run): PatchMasks {
  return sampleMasks(patchGrid(run.model), { images: BATCH, seed: 0, step: 1 }, run.masking);
}

export function inputsOf(
  run: Run,
  padTo: { contextPatches?: number; targetPatches?: number; wantedPatches?: number } = {},
  masks = masksOf(run),
): StepInputs {
  const random = rng(2).fold("images");
  const side = run.model.imageSize;
  const pixels = Float32Array.from({ length: BATCH * side * side }, () => random.normal());
  const padded = maskInputs(masks, padTo);
  const shape = {
    images: BATCH,
    blocks: masks.blocks,
    tokens: padded.targets.shape[1],
    mostTokens: 20,
    width: run.noise.space === "projected" ? run.model.embedDim : run.model.predictorEmbedDim,
  };
  const noise = drawNoise(tf.tensor1d(rng(3).key(), "int32"), shape, run.noise);
  return { images: tf.tensor4d(pixels, [BATCH, side, side, 1]), ...padded, noise };
}

export async function value(tensor: tf.Tensor | undefined): Promise<number> {
  return (await (tensor as tf.Tensor).data())[0] as number;
}

export async function expectSameGradients(
  found: Record<string, tf.Tensor>,
  expected: Record<string, tf.Tensor>,
  prefix: RegExp,
): Promise<void> {
  const names = Object.keys(expected).filter((name) => prefix.test(name));
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) {
    const values = await (found[name] as tf.Tensor).data();
    (await (expected[name] as tf.Tensor).data()).forEach((gradient, index) => {
      expect(Math.abs((values[index] as number) - gradient)).toBeLessThan(1e-7 + 1e-4 * Math.abs(gradient));
    });
  }
}
