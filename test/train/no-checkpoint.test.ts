import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ready } from "../../lib/engine";
import { CheckpointError } from "../../lib/errors";
import { createTrainState, loadCheckpoint, saveCheckpoint } from "../../lib/train";
import { temporaryFolder } from "../temporary-folder";
import { tinyRun } from "./tiny-run";

let folder = "";

beforeAll(async () => {
  await ready();
  folder = temporaryFolder();
});

async function messageOf(directory: string): Promise<string> {
  const loading = loadCheckpoint(directory);
  await expect(loading).rejects.toThrow(CheckpointError);
  return loading.then(String, ({ message }: Error) => message);
}

describe("a folder that is no checkpoint", () => {
  it("is told as what it is: a run before its first checkpoint, a run, where its checkpoints are, or none of these", async () => {
    const run = join(folder, "run");
    mkdirSync(join(run, "checkpoints"), { recursive: true });
    writeFileSync(join(run, "run.json"), "{}");
    expect(await messageOf(run)).toBe(
      `${run} is not a checkpoint: it is the folder of a run that has saved none yet. Let it train on: it saves after each ` +
        "epoch, or as often as train --checkpoint-every says.",
    );
    await saveCheckpoint(createTrainState(tinyRun()), join(run, "checkpoints/7"));
    expect(await messageOf(run)).toBe(
      `${run} is not a checkpoint: it is a run's folder, whose newest checkpoint is ${join(run, "checkpoints/7")}. Give that.`,
    );
    expect(await messageOf(`${run}/checkpoints/`)).toBe(
      `${run}/checkpoints/ is not a checkpoint: it is where a run keeps its checkpoints. Give one of them, or the run's ` +
        `folder, ${run}.`,
    );
    expect(await messageOf(folder)).toMatch(
      /it has no checkpoint\.json, and is no run's folder, which has run\.json\./,
    );
    for (const nowhere of [join(folder, "absent"), join(run, "run.json")])
      expect(await messageOf(nowhere)).toMatch(
        /there is no such folder\. Give a run's folder, or one of its checkpoints\./,
      );
  });
});
