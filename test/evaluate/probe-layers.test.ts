import { beforeAll, describe, expect, it } from "vitest";
import { parseRun } from "../../lib/config";
import { ready, tf } from "../../lib/engine";
import { layerFigure, probe, probeLayers } from "../../lib/evaluate";
import { createTrainState } from "../../lib/train";
import { tinyImages } from "../train/tiny-images";

beforeAll(() => ready());

describe("probeLayers", () => {
  it("probes every part of an encoder on the same subsets; the last part is what `probe` calls last", async () => {
    const state = createTrainState(parseRun({ preset: "smoke" }));
    const before = tf.memory().numTensors;
    const config = { protocol: "knn" as const, fractions: [0.5], subsets: 2 };
    const found = await probeLayers(state, tinyImages(), config);
    // Two blocks: the patches, and after each block's attention and MLP.
    const parts = ["patches", "block 1, attention", "block 1", "block 2, attention", "block 2"];
    expect(found.map(({ part }) => part)).toEqual(parts);
    const [last] = await probe(state, tinyImages(), { ...config, layers: "last" as const });
    expect(found.at(-1)?.result.subsets).toEqual(last?.subsets);
    expect(found[1]?.result.sentence).toMatch(/^frozen student, average-pooled after block 1, attention \(32\)/);
    expect(tf.memory().numTensors).toBe(before);
    expect(layerFigure(found).toText()).toContain("by part of the encoder");
    await expect(probeLayers(state, tinyImages(), { protocol: "attentive" })).rejects.toThrow(/needs images/);
    state.dispose();
  });
});
