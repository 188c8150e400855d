import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parseRun } from "../../lib/config";
import { ready, tf } from "../../lib/engine";
import { ConfigError } from "../../lib/errors";
import { createTrainState, exportEncoder, type TrainState } from "../../lib/train";
import { decodeSafetensors } from "../../lib/train/safetensors";
import { temporaryFolder } from "../temporary-folder";

let folder = "";
let state: TrainState;

beforeAll(async () => {
  await ready();
  folder = temporaryFolder();
  state = createTrainState(parseRun({ preset: "smoke" }));
});

describe("exportEncoder", () => {
  it("writes the encoder that was asked for, and its metadata say which", async () => {
    // The teacher starts as the student's copy: let them differ.
    for (const variable of Object.values(state.teacher)) variable.assign(tf.mul(variable.read(), 3));
    const scaleOf = async (options: Parameters<typeof exportEncoder>[2], name: string) => {
      const file = join(folder, name);
      await exportEncoder(state, file, options);
      const { arrays, metadata } = decodeSafetensors(await readFile(file), name);
      return [metadata.encoder, arrays["norm.weight"]?.values[0]];
    };
    expect(await scaleOf({}, "default")).toEqual(["student", 1]);
    expect(await scaleOf({ encoder: "student" }, "student")).toEqual(["student", 1]);
    expect(await scaleOf({ encoder: "teacher" }, "teacher")).toEqual(["teacher", 3]);
  });

  it("refuses any other name, rather than write the student", async () => {
    const exporting = exportEncoder(state, join(folder, "other"), { encoder: "techer" as "teacher" });
    await expect(exporting).rejects.toThrow('encoder: expected "student" or "teacher", got "techer".');
    await expect(exporting).rejects.toThrow(ConfigError);
    await expect(readFile(join(folder, "other"))).rejects.toThrow("ENOENT");
  });
});
