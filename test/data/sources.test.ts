import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type DatasetName, datasets, parseRun } from "../../lib/config";
import { dataSource, datasetAt } from "../../lib/data";

const names = Object.keys(datasets) as DatasetName[];

describe("data sets", () => {
  it("have each an entry in config and a reader in sources, and nothing else", () => {
    const files = readdirSync(join(__dirname, "../../lib/data/sources")).map((file) => file.replace(".ts", ""));
    expect(files.sort()).toEqual([...names].sort());
  });

  it.each(names)("open %s by its name", async (name) => {
    expect((await dataSource(name)).open).toBeTypeOf("function");
    const { mean, std, channels } = datasets[name];
    expect([mean.length, std.length]).toEqual([channels ?? 3, channels ?? 3]);
  });

  it("give a run their mean and spread where it says none", () => {
    expect(parseRun({ preset: "demo" }).data).toMatchObject({ name: "fashion-mnist", mean: [0.286], std: [0.353] });
    expect(parseRun({ preset: "demo", data: { mean: [0.5] } }).data).toMatchObject({ mean: [0.5], std: [0.353] });
    const lambdas = { lambdaNT: 0.1, lambdaCN: 0.1 };
    expect(parseRun({ preset: "paper-100", objective: lambdas }).data.mean).toEqual([0.485, 0.456, 0.406]);
  });

  it("are never laid under a preset's model for other images in silence", () => {
    const folder = { name: "folder" as const, path: "photographs" };
    expect(() => parseRun({ preset: "small", data: folder })).toThrow(
      /model\.imageSize: expected with data\.name folder to be given \(what suits your images, as preset photographs has\), got only preset small's 28.*\n.*model\.channels/,
    );
    const said = parseRun({ preset: "small", data: folder, model: { imageSize: 32, channels: 3 } });
    expect([said.data.imageSize, said.data.mean]).toEqual([32, [0.485, 0.456, 0.406]]);
    expect(() =>
      parseRun({ preset: "demo", model: { channels: 3 }, data: { mean: [0, 0, 0], std: [1, 1, 1] } }),
    ).toThrow("model.channels: expected 1, the channels of Fashion-MNIST, got 3");
  });

  it("are meant by their names; any other word is a path", async () => {
    expect(await datasetAt("fashion-mnist")).toEqual({ name: "fashion-mnist" });
    expect(existsSync("webdataset")).toBe(false);
    expect(await datasetAt("webdataset")).toEqual({ name: "folder", path: join(process.cwd(), "webdataset") });
  });
});
