import { describe, expect, it } from "vitest";
import { parseRun, type RunInput } from "../../lib/config";
import type { Inspection } from "../../lib/data";
import { createPixelStatistics } from "../../lib/data/images/pixel-statistics";
import { trainCommand } from "../../lib/inspect/train-command";

const range = (value: number) => ({ least: value, median: value, most: value });

function inspection(given: Partial<Inspection>): Inspection {
  return {
    name: "folder",
    root: "/images",
    classNames: ["cat", "dog"],
    fingerprint: "0",
    splits: ["train", "test"].map((name) => ({ name, images: 1000, perClass: [500, 500], subsets: [] })),
    width: range(400),
    height: range(300),
    formats: { jpeg: 2000 },
    rotated: 0,
    pixels: { mean: [0.5, 0.4, 0.3], std: [0.2, 0.1, 0.25], isGray: false, images: 1000 },
    problems: [],
    skipped: 0,
    ...given,
  };
}

/** The run that a command's preset and settings make. */
function runOf(command: string) {
  const input: Record<string, unknown> = { preset: /--preset (\S+)/.exec(command)?.[1] };
  for (const [, , quoted, plain] of command.matchAll(/--set ('([^']*)'|(\S+))/g)) {
    const [key = "", value = ""] = (quoted ?? plain ?? "").split("=");
    const [part = "", name = ""] = key.split(".");
    const parsed = /^[[\d]/.test(value) ? JSON.parse(value) : value;
    input[part] = { ...(input[part] as object), [name]: parsed };
  }
  return parseRun(input as RunInput);
}

describe("trainCommand", () => {
  it("names the preset for one's own images, the path, and the measured mean and spread", () => {
    const command = trainCommand(inspection({}));
    expect(command).toBe(
      "npm run train -- --preset photographs --set data.path=/images " +
        "--set 'data.mean=[0.500,0.400,0.300]' --set 'data.std=[0.200,0.100,0.250]' --out DIR",
    );
    expect(runOf(command).data).toMatchObject({ name: "folder", imageSize: 96, mean: [0.5, 0.4, 0.3] });
  });

  it("has sizes, channels and batches that small, gray and few images fit, and a run that is accepted", () => {
    const gray = { mean: [0.5, 0.5, 0.5], std: [0.2, 0.2, 0.2], isGray: true, images: 20 };
    const splits = [{ name: "train", images: 20, perClass: [10, 10], subsets: [] }];
    const few = inspection({ width: range(30), height: range(28), pixels: gray, splits, skipped: 1 });
    const { data, model, optimizer } = runOf(trainCommand(few));
    expect([model.imageSize, model.patchSize, model.channels, data.mean, data.std]).toEqual([28, 4, 1, [0.5], [0.2]]);
    expect([optimizer.batchSize, data.testShare, data.onBadImage]).toEqual([8, 0.1, "skip"]);
    for (const side of [8, 24, 47, 48, 60, 95, 96, 2000]) {
      const run = runOf(trainCommand(inspection({ name: "webdataset", width: range(side), height: range(side) })));
      expect([run.data.name, run.model.imageSize % run.model.patchSize]).toEqual(["webdataset", 0]);
    }
  });

  it("is the preset made for a published data set, without further settings", () => {
    const published = inspection({ name: "fashion-mnist", root: "fashion-mnist" });
    expect(trainCommand(published)).toBe("npm run train -- --preset demo --out DIR");
  });

  it("is one line for a shell, whatever the folder is called", () => {
    expect(trainCommand(inspection({ root: "/my images/it's" }))).toContain(`--set 'data.path=/my images/it'\\''s'`);
  });
});

describe("createPixelStatistics", () => {
  it("weighs images of any size the same", () => {
    const statistics = createPixelStatistics();
    statistics.add({ values: Uint8Array.of(0, 0, 0, 255, 255, 255), height: 1, width: 2, channels: 3 });
    statistics.add({ values: Uint8Array.of(255, 0, 51), height: 1, width: 1, channels: 3 });
    // Red: 0, 1 and 1, the first two half as heavy: mean ¾, spread √(¾ − 9/16). Blue: ½ and 0.2.
    const { mean, std, isGray, images } = statistics.result();
    expect(mean[0]).toBeCloseTo(0.75, 12);
    expect(mean[1]).toBeCloseTo(0.25, 12);
    expect(mean[2]).toBeCloseTo(0.35, 12);
    expect(std[0]).toBeCloseTo(Math.sqrt(0.1875), 12);
    expect([isGray, images]).toEqual([false, 2]);
  });
});
