import { beforeAll, describe, expect, it } from "vitest";
import { EvaluateConfig } from "../../lib/config";
import { ready } from "../../lib/engine";
import { featureBatches, linearHeads } from "../../lib/evaluate";
import { learnHeads } from "../../lib/evaluate/protocols/learn-heads";
import { features } from "./features-by-hand";

beforeAll(() => ready());

describe("learnHeads", () => {
  it("makes heads for the rows that a training sees: without those held out first, all of them in the end", async () => {
    const train = features(
      Array.from({ length: 20 }, (_, row) => [row % 2 === 0 ? 1 : -1]),
      Array.from({ length: 20 }, (_, row) => row % 2),
    );
    const made: number[][] = [];
    const config = EvaluateConfig.parse({ epochs: 2, heldOut: 0.2 });
    await learnHeads({ train, test: train, classes: 2, config, seed: 0, images: null }, [0.1, 1], {
      heads: (rates, places) => {
        made.push([...places]);
        return linearHeads({ width: 1, classes: 2, rates });
      },
      batches: (rows) => featureBatches(rows, 8, 0),
    });
    // A fifth of ten of each class is two.
    expect(made.map(({ length }) => length)).toEqual([16, 20]);
    expect(made[0]?.filter((row) => row % 2 === 0)).toHaveLength(8);
    expect(made[1]).toEqual(Array.from({ length: 20 }, (_, row) => row));
  });
});
