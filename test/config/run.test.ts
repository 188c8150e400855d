import { describe, expect, it } from "vitest";
import { canonicalJson, type Preset, parseRun, presets, type RunInput, runKey } from "../../lib/config";
import { ConfigError } from "../../lib/errors";

function messageOf(input: unknown): string {
  try {
    parseRun(input as RunInput);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  return "no error";
}

describe("parseRun", () => {
  it.each(['{"preset": "smoke", "__proto__": {"x": 1}}', '{"preset": "smoke", "data": {"__proto__": {"x": 1}}}'])(
    "refuses %s by name, and changes no other object",
    (text) => {
      expect(() => parseRun(JSON.parse(text))).toThrow(/__proto__: expected no such key/);
      expect(({} as { x?: number }).x).toBeUndefined();
    },
  );

  it("gives the demo when nothing is said", () => {
    const run = parseRun();
    expect(run.preset).toBe("demo");
    expect(run.model.imageSize / run.model.patchSize).toBe(7);
    expect(run.masking.targetBlocks).toBe(4);
    expect(run.noise.level).toBe("multi");
  });

  it("lays given keys over the preset's and keeps the others", () => {
    const run = parseRun({ preset: "smoke", noise: { level: "single" }, optimizer: { epochs: 3 } });
    expect(run.noise.level).toBe("single");
    expect(run.optimizer.epochs).toBe(3);
    expect(run.optimizer.batchSize).toBe(presets.smoke.settings.optimizer.batchSize);
  });

  it("lets null and lists replace what the preset says", () => {
    const run = parseRun({ data: { crop: null }, evaluate: { fractions: [0.5] } });
    expect(run.data.crop).toBeNull();
    expect(run.evaluate.fractions).toEqual([0.5]);
  });

  it("does not change the preset it starts from", () => {
    const before = JSON.stringify(presets);
    parseRun({ preset: "demo", model: { depth: 1 }, data: { mean: [0] } });
    expect(JSON.stringify(presets)).toBe(before);
  });

  it.each(["smoke", "demo", "small"] as const)("accepts the preset %s as it stands", (preset) => {
    expect(parseRun({ preset }).preset).toBe(preset);
  });

  it.each(["paper-100", "paper-600"] as const)("asks for the lost weights of %s and accepts them", (preset) => {
    expect(messageOf({ preset })).toMatch(/objective\.lambdaNT.*lost[\s\S]*objective\.lambdaCN.*lost/);
    const run = parseRun({ preset, objective: { lambdaNT: 1, lambdaCN: 1 } });
    expect(run.masking.minKeep).toBe(10);
  });

  it("does not ask for weights that i-jepa has no use for", () => {
    expect(parseRun({ preset: "paper-100", objective: { method: "i-jepa" } }).objective.lambdaNT).toBeUndefined();
  });

  it("names a mistyped room and a mistyped key with the nearest known one", () => {
    expect(messageOf({ msking: {} })).toContain('msking: expected no such key, got {}; did you mean "masking"?');
    expect(messageOf({ noise: { levle: "multi" } })).toContain(
      'noise.levle: expected no such key, got "multi"; did you mean "level"?',
    );
    expect(messageOf({ data: { crop: { scael: [0.1, 1] } } })).toContain("data.crop.scael: expected no such key");
  });

  it("names the values that a choice has, and the nearest one", () => {
    expect(messageOf({ noise: { level: "mutli" } })).toContain(
      'noise.level: expected "none" | "single" | "multi" | "frozen", got "mutli"; did you mean "multi"?',
    );
    expect(messageOf({ preset: "dmeo" })).toContain('did you mean "demo"?');
  });

  it("names type and bound that were expected, and every problem at once", () => {
    const message = messageOf({ optimizer: { epochs: "ten" }, masking: { targetBlocks: 0 } });
    expect(message).toContain('optimizer.epochs: expected number, got "ten"');
    expect(message).toContain("masking.targetBlocks: expected > 0, got 0");
    expect(messageOf({ masking: { targetScale: [0.2, 0.1] } })).toContain("low no greater than high, got [0.2,0.1]");
  });

  it.each(["cifar-10", 5, [], null])("refuses %j in place of a part's settings, and of all settings", (given) => {
    const got = `expected object, got ${JSON.stringify(given)}`;
    expect(messageOf({ data: given })).toContain(`data: ${got}`);
    expect(messageOf({ noise: given })).toContain(`noise: ${got}`);
    expect(messageOf(given)).toContain(`run settings: expected an object such as { preset: "demo" }, got`);
  });

  it("names a value that JSON has no word for", () => {
    expect(messageOf({ optimizer: { epochs: Number.POSITIVE_INFINITY } })).toContain("got Infinity");
    expect(messageOf({ optimizer: { epochs: Number.NaN } })).toContain("got NaN");
    expect(messageOf({ seed: 1n, preset: "demo" })).toContain("seed: expected number, got 1");
    expect(messageOf({ preset: 1n })).toMatch(/preset: expected one of .*, got 1$/);
    const level: unknown[] = [];
    level.push(level);
    expect(messageOf({ noise: { level } })).toMatch(/noise\.level: expected .*got <ref \*1> \[ \[Circular \*1\] \]/);
  });

  it("refuses settings of which one could have no effect on what is learned or asked", () => {
    const none = { lambdaCT: 0, lambdaNT: 0, lambdaCN: 0 };
    expect(messageOf({ objective: none })).toContain("objective.lambdaCT: expected > 0");
    expect(messageOf({ objective: { method: "i-jepa", lambdaCT: 0 } })).toContain("objective.lambdaCT: expected > 0");
    expect(messageOf({ objective: { lambdaCT: 0, lambdaNT: 1 } })).toBe("no error");
    // The cosine would jump to 1e-6 after the warm-up.
    const optimizer = { learningRate: 1e-7, learningRateSchedule: "cosine" };
    expect(messageOf({ optimizer })).toContain(
      "optimizer.finalLearningRate: expected ≤ learningRate 1e-7, got 0.000001",
    );
    expect(messageOf({ optimizer: { ...optimizer, learningRateSchedule: "constant" } })).toBe("no error");
    expect(messageOf({ evaluate: { shots: [1], labelLists: ["a"] } })).toContain("evaluate.shots: expected none");
  });

  it("refuses a grid that no attention could be computed over, at once", () => {
    const model = { imageSize: 4 * 2 ** 20, patchSize: 4 };
    expect(messageOf({ model })).toContain(
      "model.imageSize: expected at most 256 patches of 4 pixels a side, got 4194304",
    );
    expect(messageOf({ model: { ...model, imageSize: 2 ** 31 } })).toContain("model.imageSize: expected at most 256");
  });

  it("checks settings against one another", () => {
    expect(messageOf({ model: { patchSize: 5 } })).toContain(
      "model.patchSize: expected a divisor of imageSize 28, got 5",
    );
    expect(messageOf({ model: { numHeads: 5 } })).toContain(
      "model.embedDim: expected a multiple of numHeads 5, got 64",
    );
    expect(messageOf({ model: { predictorEmbedDim: 54 } })).toContain(
      "model.predictorEmbedDim: expected a multiple of 4 (position embedding), got 54",
    );
    expect(messageOf({ data: { mean: [0, 0, 0] } })).toContain("data.mean: expected 1 entries, one per channel, got 3");
    expect(messageOf({ optimizer: { warmupEpochs: 9 } })).toContain("optimizer.warmupEpochs");
  });

  it("refuses a minKeep that no block of the grid can exceed, naming grid, block and minKeep", () => {
    // On 7×7: area ⌊49·0.15⌋ = 7, aspect 0.75: round(√5.25) × round(√9.33) = 2×3 = 6 patches.
    expect(messageOf({ masking: { minKeep: 6 } })).toMatch(
      /masking\.minKeep: expected less than 6.*smallest target block \(2×3\) on a 7×7 grid, got 6/,
    );
    expect(parseRun({ masking: { minKeep: 5 } }).masking.minKeep).toBe(5);
  });
});

describe("presets", () => {
  it.each(Object.entries<Preset>(presets))(
    "%s: a study takes no seed that its settings were chosen on",
    (_, preset) => {
      const { chosen, study } = preset;
      expect((study?.seeds ?? []).filter((seed) => chosen.seeds.includes(seed))).toEqual([]);
      expect(chosen.seeds.length > 0).toBe(chosen.split !== "none");
      expect(chosen.search.length).toBeGreaterThan(10);
    },
  );

  it("of the paper probe as it does, by a linear layer over new random crops", () => {
    for (const preset of ["paper-100", "paper-600"] as const) {
      expect(presets[preset].settings.evaluate.protocol).toBe("linear-augmented");
    }
  });
});

describe("runKey", () => {
  const run = parseRun();

  it("is equal for equal settings, however their keys were ordered", () => {
    const reordered = parseRun({ noise: { level: "multi" }, seed: 0 });
    expect(runKey(reordered, "data")).toBe(runKey(run, "data"));
    expect(runKey(run, "data")).toMatch(/^[0-9a-f]{64}$/);
  });

  it("differs with the seed, the method and the data, not with how the encoder is probed", () => {
    const key = runKey(run, "data");
    expect(runKey(parseRun({ seed: 1 }), "data")).not.toBe(key);
    expect(runKey(parseRun({ noise: { pStd: 1 } }), "data")).not.toBe(key);
    expect(runKey(run, "other data")).not.toBe(key);
    expect(runKey(parseRun({ evaluate: { subsets: 2 } }), "data")).toBe(key);
  });

  it("is, for one draw of scale and aspect, what it was before two could be had", () => {
    const { sizeDraws: _, ...before } = run.masking;
    expect(runKey({ ...run, masking: before as typeof run.masking }, "data")).toBe(runKey(run, "data"));
    expect(runKey(parseRun({ masking: { sizeDraws: "independent" } }), "data")).not.toBe(runKey(run, "data"));
  });
});

describe("canonicalJson", () => {
  it("sorts keys at every depth, keeps lists in order and leaves out what is undefined", () => {
    expect(canonicalJson({ b: [2, 1], a: { d: null, c: undefined, b: "x" } })).toBe(
      '{"a":{"b":"x","d":null},"b":[2,1]}',
    );
  });
});
