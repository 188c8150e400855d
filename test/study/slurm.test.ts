import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  dataOf,
  jobKey,
  openStore,
  openStudy,
  planSlurm,
  runLocally,
  studyResults,
  submitSlurm,
} from "../../lib/study";
import { temporaryFolder } from "../temporary-folder";
import { type SlurmCluster, slurmMissing, startSlurm } from "./slurm-cluster";
import { smallStudy } from "./small-study";

// Seven minutes, most of them spent waiting (Slurm holds a requeued job back for two), and daemons of root's: only where it is asked for, by `npm run test:slurm`.
const missing = process.env.NJEPA_TEST_SLURM === "1" ? slurmMissing() : "npm run test:slurm runs it";
let cluster: SlurmCluster;
let folder: string;
const before = process.env.SLURM_CONF;

beforeAll(async () => {
  if (missing) return;
  folder = temporaryFolder();
  cluster = await startSlurm();
  Object.assign(process.env, { SLURM_CONF: cluster.env.SLURM_CONF, PATH: cluster.env.PATH });
});
afterAll(async () => {
  if (missing) return;
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
  if (before === undefined) delete process.env.SLURM_CONF;
  else process.env.SLURM_CONF = before;
});

const client = (program: string, ...words: string[]) =>
  spawnSync(program, words, { env: cluster.env, encoding: "utf8" }).stdout.trim();

async function until<T>(what: string, look: () => T | undefined | false, seconds = 240): Promise<T> {
  for (const end = Date.now() + 1000 * seconds; Date.now() < end; await sleep(200)) {
    const found = look();
    if (found) return found;
  }
  throw new Error(`${what} did not happen in ${seconds} s; the queue: ${client("scontrol", "show", "job")}`);
}

const state = (id: string) => client("scontrol", "show", "job", id).match(/JobState=(\w+)/)?.[1];
const ended = (id: string) => ["COMPLETED", "FAILED", "CANCELLED"].includes(state(id) ?? "") && state(id);

describe.skipIf(missing)(`a study on Slurm${missing ? ` (skipped: ${missing})` : ""}`, () => {
  it("runs as an array: one cell fails alone, one is requeued twice and resumes, the report comes after all, the numbers are the local ones", async () => {
    const study = openStudy(smallStudy({ steps: 120, failing: true }), { preset: "smoke", seeds: [0] });
    const store = openStore(join(folder, "slurm"));
    const plan = planSlurm([study], study.jobs, store, { reportAfter: "any", checkpointEvery: 10 });
    const { array, report } = await submitSlurm(plan);
    const [long] = await dataOf([study.jobs[1] as (typeof study.jobs)[0]]);
    const key = jobKey(study.jobs[1] as (typeof study.jobs)[0], long?.fingerprint as string);
    const training = store.trainingFolder(key);
    const steps = () => {
      const checkpoints = join(training, "checkpoints");
      return existsSync(checkpoints) ? readdirSync(checkpoints).map(Number).filter(Boolean).length : 0;
    };
    const starts = () =>
      existsSync(join(training, "sessions.jsonl"))
        ? readFileSync(join(training, "sessions.jsonl"), "utf8")
            .split("\n")
            .filter((line) => line.includes('"start"'))
        : [];

    await until("the first checkpoint", () => steps() > 0);
    client("scancel", "--batch", "--signal=USR1", `${array}_1`); // as before a time limit
    await until("the second start", () => starts().length === 2);
    await sleep(500);
    client("scontrol", "requeue", `${array}_1`); // as a preemption
    await until("the report", () => ended(report));

    expect(starts().length).toBe(3);
    const resumed = starts().map((line) => (JSON.parse(line) as { step: number }).step);
    expect(resumed[0]).toBe(0);
    expect(resumed[1]).toBeGreaterThan(0);
    expect(resumed[2]).toBeGreaterThanOrEqual(resumed[1] as number);
    expect(state(`${array}_0`)).toBe("COMPLETED");
    expect(state(`${array}_1`)).toBe("COMPLETED");
    expect(state(`${array}_2`)).toBe("FAILED");
    expect(state(report)).toBe("COMPLETED");
    expect(readFileSync(join(plan.folder, "small-study.md"), "utf8")).toContain("| I-JEPA |");

    const here = openStore(join(folder, "local"));
    const ends = await runLocally(study.jobs.slice(0, 2), here);
    expect(ends).toEqual([{ end: "done" }, { end: "done" }]);
    const [there, local] = await Promise.all([store, here].map((one) => studyResults(study, { store: one.folder })));
    expect(there?.cells.slice(0, 2)).toEqual(local?.cells.slice(0, 2));
    expect(there?.cells[2]?.missing[0]?.why).toContain("failed: Step 2 is not finite");
    const records = (one: typeof store) => readFileSync(join(one.trainingFolder(key), "records.jsonl"), "utf8");
    expect(records(store)).toBe(records(here));
  }, 900_000);

  it("runs the report when all cells have succeeded, and never when one has not", async () => {
    const store = openStore(join(folder, "slurm"));
    const whole = openStudy(smallStudy({ steps: 120 }), { preset: "smoke", seeds: [0] });
    const good = await submitSlurm(planSlurm([whole], whole.jobs, store));
    const partial = openStudy(smallStudy({ steps: 120, failing: true }), { preset: "smoke", seeds: [0] });
    const bad = await submitSlurm(planSlurm([partial], partial.jobs.slice(2), store));
    expect(await until("the report", () => ended(good.report))).toBe("COMPLETED");
    expect(await until("its cancellation", () => ended(bad.report))).toBe("CANCELLED");
  }, 900_000);
});
