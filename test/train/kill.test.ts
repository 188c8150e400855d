import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { rng } from "../../lib/random";
import { compiledProgram } from "../compiled-program";
import { temporaryFolder } from "../temporary-folder";

const compiler = process.env.NJEPA_TEST_COMPILER ?? "graph";
const randomKills = Number(process.env.NJEPA_TEST_KILLS ?? 3);
// Each kill comes within three steps, so that the last ones do not meet a training that has ended.
const STEPS = 10 + 4 * randomKills;
let root = "";
let program = "";

beforeAll(async () => {
  root = temporaryFolder();
  program = await compiledProgram(join(import.meta.dirname, "kill-child.ts"), root);
});

interface End {
  signal: NodeJS.Signals | null;
  code: number | null;
  steps: number[];
  said: string;
}

/** Trains in a process of its own; `kill` is called at each step and may end it. */
function trainIn(folder: string, where: string, kill?: (step: number) => number | undefined): Promise<End> {
  // With as many threads as a training of a user has.
  const { TF_NUM_INTRAOP_THREADS: _, ...env } = process.env;
  const child = spawn(process.execPath, [program, folder, compiler, where, String(STEPS)], { env });
  const end: End = { signal: null, code: null, steps: [], said: "" };
  child.stderr.on("data", (chunk) => {
    end.said += chunk;
  });
  child.stdout.on("data", (chunk) => {
    for (const [, step] of String(chunk).matchAll(/step (\d+)/g)) {
      end.steps.push(Number(step));
      const wait = kill?.(Number(step));
      if (wait !== undefined) setTimeout(() => child.kill("SIGKILL"), wait);
    }
  });
  return new Promise((resolve) => child.on("close", (code, signal) => resolve({ ...end, code, signal })));
}

async function filesOf(folder: string) {
  const checkpoint = join(folder, "checkpoints", String(STEPS));
  return {
    records: await readFile(join(folder, "records.jsonl"), "utf8"),
    weights: await readFile(join(checkpoint, "weights.safetensors"), "base64"),
    moments: await readFile(join(checkpoint, "moments.safetensors"), "base64"),
    checkpoints: (await readdir(join(folder, "checkpoints"))).sort(),
    finished: await readFile(join(folder, "finished.json"), "utf8"),
  };
}

describe("a training that is killed", () => {
  it("ends with the bits of one that was not, after kills at random moments and inside each kind of write", async () => {
    const unbroken = join(root, "unbroken");
    expect(await trainIn(unbroken, "none")).toMatchObject({ code: 0 });

    const folder = join(root, "killed");
    const seed = Date.now();
    const random = rng(seed);
    const moments: string[] = [`seed ${seed}`];
    // Inside a checkpoint: half of a file, files not yet on the disk, a folder not yet in its place; and half a record.
    for (const where of ["writeFile:3", "sync:6", "rename:4", "append:3"]) {
      const end = await trainIn(folder, where);
      moments.push(`${where} after step ${end.steps.at(-1)}`);
      expect(end.signal, `${moments.join("; ")}\n${end.said}`).toBe("SIGKILL");
    }
    for (let kill = 0; kill < randomKills; kill++) {
      let left = random.int(1, 4);
      const wait = random.int(0, 60);
      const end = await trainIn(folder, "none", () => (--left === 0 ? wait : undefined));
      moments.push(`${wait} ms after step ${end.steps.at(-1)}`);
    }
    const last = await trainIn(folder, "none");
    expect(last, `${moments.join("; ")}\n${last.said}`).toMatchObject({ code: 0 });
    const [killed, whole] = [await filesOf(folder), await filesOf(unbroken)];
    for (const name of Object.keys(whole) as (keyof typeof whole)[])
      expect(killed[name], `${name} after ${moments.join("; ")}`).toEqual(whole[name]);
    const steps = killed.records
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).step);
    expect(steps).toEqual(Array.from({ length: STEPS }, (_, index) => index + 1));
  }, 600_000);
});
