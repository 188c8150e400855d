import { beforeAll, describe, expect, it } from "vitest";
import { parseRun } from "../lib/config";
import { ready } from "../lib/engine";
import { probe } from "../lib/evaluate";
import { table } from "../lib/report";
import { createTrainState, train } from "../lib/train";
import { tinyImages } from "./train/tiny-images";

beforeAll(() => ready());

describe("the whole way", () => {
  it("goes from images to a table: train, extract, probe, show", async () => {
    const data = tinyImages();
    const run = parseRun({ preset: "smoke", optimizer: { batchSize: 32 }, train: { compiler: "graph" } });
    const state = createTrainState(run);
    for await (const record of train(state, data)) expect(record.loss).toBeGreaterThan(0);
    expect(state.records.map(({ step }) => step)).toEqual([1, 2]);
    const results = await probe(state, data, {
      encoder: ["raw-pixels", "student"],
      protocol: "logreg",
      penalties: [1],
      subsets: 2,
      fractions: [0.5],
    });
    // Bright above or bright below: any features that kept anything of the image tell the two apart.
    for (const { mean } of results) expect(mean).toBe(1);
    const rows = results.map(({ encoder, mean, n }) => ({ encoder, mean, n }));
    const { "text/html": html } = await table(rows, { id: "tiny", caption: "Tiny" }).toMimeBundle();
    expect(html).toContain("pixels");
    state.dispose();
  });
});
