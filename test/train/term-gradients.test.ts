import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { parseRun } from "../../lib/config";
import { openDataset } from "../../lib/data";
import { ready, tf } from "../../lib/engine";
import { type LossTerm, lossTermNames, lossTerms } from "../../lib/objective";
import { createTrainState, type TermGradient, termGradients } from "../../lib/train";

beforeAll(async () => {
  await ready();
});

async function gradientsOf(objective: Record<string, unknown>): Promise<TermGradient[]> {
  const run = parseRun({ preset: "smoke", objective });
  const state = createTrainState(run);
  const data = await openDataset(run.data);
  const tensors = tf.memory().numTensors;
  const found = await termGradients(state, data);
  expect(tf.memory().numTensors).toBe(tensors);
  state.dispose();
  return found;
}

describe("termGradients", () => {
  it("are of each term by each block and predictor, and I-JEPA has one term", async () => {
    const one = await gradientsOf({ method: "n-jepa", lambdaNT: 0.1, lambdaCN: 0.1 });
    const plain = await gradientsOf({ method: "i-jepa" });
    const norm = (all: readonly TermGradient[], term: string, part: string) =>
      all.find((it) => it.term === term && it.part === part)?.norm;
    expect(new Set(one.map(({ term }) => term))).toEqual(new Set(["lossCT", "lossNT", "lossCN"]));
    // The clean predictor is of no matter to the distance of the noisy one from the target.
    expect(norm(one, "lossNT", "clean predictor")).toBe(0);
    expect(norm(one, "lossNT", "noisy predictor")).toBeGreaterThan(0);
    expect(new Set(plain.map(({ term }) => term))).toEqual(new Set(["lossCT"]));
    expect(norm(plain, "lossCT", "block 1")).toBeCloseTo(norm(one, "lossCT", "block 1") as number, 6);
  });

  it("are of one term alone beside a term of one's own, as in the recipe", async () => {
    const own: LossTerm = { ...lossTerms.lossCT, weight: "lambdaSQ" as LossTerm["weight"], unlessGiven: 1 };
    Object.assign(lossTerms, { lossSQ: own });
    (lossTermNames as string[]).push("lossSQ");
    // The tests of other files share this process.
    onTestFinished(() => {
      (lossTermNames as string[]).pop();
      Reflect.deleteProperty(lossTerms, "lossSQ");
    });
    const found = await gradientsOf({ lambdaNT: 0.1, lambdaCN: 0.1 });
    const clean = found.filter(({ part }) => part === "clean predictor");
    expect(clean.map(({ term, norm }) => [term, norm > 0])).toEqual([
      ["lossCT", true],
      ["lossNT", false],
      ["lossCN", true],
      ["lossSQ", true],
    ]);
  });
});
