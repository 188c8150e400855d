import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { sha256OfFile } from "njepa/system";
import type { Attack } from "./attack";
import { ended, node, scripts, textOf } from "./processes";

const settings = ["data.trainLimit=320", "optimizer.epochs=3", "optimizer.batchSize=16", "train.compiler=graph"];

/** Trains in `folder` with the preset smoke, a checkpoint after every second step; killed after so many seconds. */
function train(folder: string, killAfterSeconds?: number, unread = false) {
  const sets = settings.flatMap((setting) => ["--set", setting]);
  const args = [join(scripts, "train.js"), "--preset", "smoke", "--out", folder, "--checkpoint-every", "2", ...sets];
  const child = node([...args, "--device", "cpu"], { cwd: folder });
  if (unread) child.stderr?.destroy();
  return ended(child, killAfterSeconds);
}

/** What a training leaves, but for the times. */
async function exportOf(folder: string): Promise<string> {
  const finished = textOf(join(folder, "finished.json"));
  const records = textOf(join(folder, "records.jsonl"));
  const steps = Math.max(
    ...records
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { step: number }).step),
  );
  const checkpoint = join(folder, "checkpoints", String(steps));
  const hashes = await Promise.all(
    ["weights", "moments"].map((name) => sha256OfFile(join(checkpoint, `${name}.safetensors`))),
  );
  return JSON.stringify([records, hashes, finished === ""]);
}

export const killedTraining: Attack = {
  kind: "train: killed at random moments, then to the end; exports bit for bit",
  async run({ folder, random, tries }, tally) {
    const whole = join(folder, "whole");
    mkdirSync(whole);
    const first = await train(whole, undefined, true);
    await tally.attempt("nobody reads its standard error", 1, async () =>
      first.code === 0 ? undefined : `exit ${first.code}: ${first.said.slice(-500)}`,
    );
    if (first.code !== 0) return;
    for (let run = 0; run < tries(1, 1, 3); run++) {
      const killed = join(folder, `killed-${run}`);
      mkdirSync(killed);
      const after = Array.from({ length: tries(1, 2, 4) }, () => 1 + random.uniform() * 8);
      await tally.attempt(`kills after ${after.map((it) => it.toFixed(2)).join(", ")} s`, 300, async () => {
        for (const seconds of after) await train(killed, seconds);
        const last = await train(killed);
        if (last.code !== 0) return `exit ${last.code}: ${last.said.slice(-500)}`;
        return (await exportOf(killed)) === (await exportOf(whole)) ? undefined : "records or weights differ";
      });
    }
  },
};
