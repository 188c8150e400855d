import { describe, expect, it } from "vitest";
import { parseRun } from "../../lib/config";
import { operationsPerImage } from "../../lib/train";
import { encoderOperations } from "../../lib/train/operations";

const vit = (method: "i-jepa" | "n-jepa", predictorDepth = 6) =>
  parseRun({ preset: "paper-100", objective: { method, lambdaNT: 0.1, lambdaCN: 0.1 }, model: { predictorDepth } });

describe("encoderOperations", () => {
  it("are those of a ViT-B/16, by hand, and near the 17.6 billion of 197 tokens that are published", () => {
    // Patches: 196 · 16² · 3 · 768. A block: 196 · 768² · (4 + 8) + 2 · 196² · 768.
    const block = 196 * 768 ** 2 * 12 + 2 * 196 ** 2 * 768;
    const { model } = vit("i-jepa");
    expect(encoderOperations(196, model)).toBe(196 * 768 * 768 + 12 * block);
    expect(encoderOperations(197, model) / 1e9).toBeCloseTo(17.6, 0);
  });
});

describe("operationsPerImage", () => {
  it("of N-JEPA are those of I-JEPA with a second predictor: as much as a predictor twice as deep, but for its ends", () => {
    const [one, two, deep] = [vit("i-jepa"), vit("n-jepa"), vit("i-jepa", 12)].map(operationsPerImage) as [
      number,
      number,
      number,
    ];
    expect(two).toBeGreaterThan(one);
    expect((deep - one) / (two - one)).toBeGreaterThan(0.95);
    expect((deep - one) / (two - one)).toBeLessThan(1);
  });
});
