import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  dataOf,
  type Job,
  jobKey,
  openStore,
  openStudy,
  publishStudy,
  runLocally,
  runStudies,
  runStudy,
  type Study,
  statusText,
  studyGradients,
  studyResults,
} from "../../lib/study";
import { visibleGpus } from "../../lib/study/execute/devices";
import { temporaryFolder } from "../temporary-folder";
import { smallStudy } from "./small-study";

// Each starts TensorFlow several times in processes of their own: seconds, or minutes where others share the machine.
vi.setConfig({ testTimeout: 600_000 });

let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** `npm run study` in a process group of its own, as a person starts it. */
function study(path: string): ChildProcess {
  const script = join(__dirname, "../../build/scripts/study.js");
  const words = [script, path, "--preset", "smoke", "--store", folder, "--jobs", "1"];
  const child = spawn(process.execPath, words, { detached: true, stdio: "ignore" });
  children.push(child);
  return child;
}

const ended = (child: ChildProcess) => new Promise<number | null>((resolve) => child.on("exit", resolve));

function results(): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    /results\/[^/]+\.json$/.test(name),
  );
}

/** The starts of every training in the store, as its sessions tell. */
function starts(): number {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith("sessions.jsonl"),
  );
  return files
    .map((name) => readFileSync(join(folder, name), "utf8").split("\n"))
    .reduce((sum, lines) => sum + lines.filter((line) => line.includes('"start"')).length, 0);
}

describe("visibleGpus", () => {
  it("are the numbers that the driver tells, and none where it says in words that there are none", () => {
    vi.stubEnv("PATH", folder);
    vi.stubEnv("CUDA_VISIBLE_DEVICES", undefined);
    for (const [said, gpus] of [
      ["0\n1", ["0", "1"]],
      ["No devices were found", []],
      ["", []],
    ] as const) {
      writeFileSync(join(folder, "nvidia-smi"), `#!/bin/sh\necho "${said}"\n`, { mode: 0o755 });
      expect(visibleGpus()).toEqual(gpus);
    }
    vi.unstubAllEnvs();
  });
});

describe("runLocally", () => {
  it("goes on when a cell fails, tells why in the results, and computes nothing twice", async () => {
    const one = openStudy(smallStudy({ failing: true }), { preset: "smoke", seeds: [0] });
    const lines: string[] = [];
    const first = await runStudy(one, { store: folder, workers: 1, onProgress: (line) => lines.push(line) });
    expect(first.cells.map(({ seeds }) => seeds.length)).toEqual([1, 1, 0]);
    expect(first.cells[2]?.missing[0]?.why).toContain("Step 2 is not finite");
    expect(lines.some((line) => line.includes("diverges, seed 0  failed: Step 2 is not finite"))).toBe(true);
    const written = results().map((name) => statSync(join(folder, name)).mtimeMs);
    const events: string[] = [];
    await runStudy(one, { store: folder, onEvent: ({ kind, job }) => kind === "started" && events.push(`${job}`) });
    expect(events).toEqual(["0"]); // the failed one, tried again
    expect(results().map((name) => statSync(join(folder, name)).mtimeMs)).toEqual(written);
  });

  it("tells a process that died from a cell that failed, and gives the others a new one", async () => {
    const one = openStudy(smallStudy({ steps: 100 }), { preset: "smoke", seeds: [0] });
    const order = [one.jobs[1], one.jobs[0]] as Job[];
    let killed = false;
    const ends = await runLocally(order, openStore(folder), {
      workers: 1,
      onEvent(event) {
        if (event.kind !== "progress" || event.job !== 0 || killed) return;
        killed = true;
        const lock = readdirSync(folder, { recursive: true, encoding: "utf8" }).find((name) => name.endsWith("/lock"));
        process.kill(JSON.parse(readFileSync(join(folder, lock as string), "utf8")).pid, "SIGKILL");
      },
    });
    expect(ends[0]).toEqual({ end: "failed", message: "the process of the cell was ended by SIGKILL" });
    expect(ends[1]).toEqual({ end: "done" });
    const { cells } = await studyResults(one, { store: folder });
    expect(cells[1]?.missing[0]?.why).toBe("failed: the process of the cell was ended by SIGKILL");
  });
});

describe("runStudies", () => {
  it("trains what is shared once, and each training with the threads asked for, however many are left", async () => {
    const [one, other] = [0, 1].map((at) =>
      openStudy({ ...smallStudy(), name: `study-${at}` }, { preset: "smoke", seeds: [0] }),
    );
    const store = openStore(folder);
    await runLocally((one as Study).jobs.slice(0, 1), store, { workers: 2 });
    const [first, second] = await runStudies([one as Study, other as Study], { store: folder, workers: 2 });
    expect([first, second].map((results) => results?.made.map(({ threads }) => threads))).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(starts()).toBe(2);
  });

  it("leaves gradients to be seen of weights in the store, and of what was published where there are none", async () => {
    const small = openStudy(smallStudy(), { preset: "smoke", seeds: [0] });
    const own = await studyGradients(await runStudy(small, { store: folder, workers: 1 }));
    const parts = own.filter(({ row }) => row === "I-JEPA").map(({ term, part }) => `${term} ${part}`);
    // I-JEPA has one loss and one predictor.
    expect(parts).toEqual(["patches", "block 1", "norm", "clean predictor"].map((part) => `lossCT ${part}`));
    expect(new Set(own.filter(({ row }) => row === "N-JEPA").map(({ term }) => term))).toEqual(
      new Set(["lossCT", "lossNT", "lossCN"]),
    );
    expect(own.every(({ row, norm }) => row === "N-JEPA" || norm > 0)).toBe(true);
    const nowhere = await studyResults(small, { store: join(folder, "empty") });
    expect(await studyGradients(nowhere)).toEqual([]);
    vi.stubEnv("NJEPA_PUBLISHED", join(folder, "published"));
    await publishStudy(small, { store: folder });
    expect(await studyGradients(await studyResults(small, { store: join(folder, "empty") }))).toEqual(own);
  });

  it("keeps results of other threads apart: two threads change the last digits of some trainings", () => {
    const keys = [undefined, 1, 2].map((threads) => {
      const { jobs } = openStudy(smallStudy(), { preset: "smoke", ...(threads ? { threads } : {}) });
      return jobKey(jobs[0] as Job, "0".repeat(64));
    });
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });
});

it("a study's status names every training, the control's too", async () => {
  const study = openStudy("table-1-loss-selection", { preset: "cifar", seeds: [1] });
  const text = statusText([await studyResults(study, { store: folder })]);
  expect(text).toContain("table-1-loss-selection: untrained encoder, seed 1");
  expect(text).not.toContain("undefined");
});

describe("npm run study", () => {
  it("killed in the middle with all its processes, does only what is missing when it is run again", async () => {
    const path = join(folder, "study.json");
    writeFileSync(path, JSON.stringify(smallStudy({ steps: 60 })));
    const { jobs } = openStudy(path, { preset: "smoke" });
    const first = study(path);
    // I-JEPA of both seeds is done, N-JEPA of the first has begun.
    const [data] = await dataOf(jobs);
    const long = openStore(folder).trainingFolder(jobKey(jobs[2] as Job, data?.fingerprint as string));
    while (!existsSync(join(long, "records.jsonl")) || readFileSync(join(long, "records.jsonl"), "utf8").length < 5000)
      await sleep(20);
    process.kill(-(first.pid as number), "SIGKILL");
    await ended(first);
    const before = new Map(results().map((name) => [name, statSync(join(folder, name)).mtimeMs]));
    expect(before.size).toBe(2);
    expect(await ended(study(path))).toBe(0);
    const after = new Map(results().map((name) => [name, statSync(join(folder, name)).mtimeMs]));
    expect(after.size).toBe(4);
    for (const [name, time] of before) expect(after.get(name)).toBe(time);
    expect(starts()).toBe(5); // four trainings, one of them begun again
    expect((await studyResults(openStudy(path, { preset: "smoke" }), { store: folder })).problems).toEqual([]);
  });

  it("stopped by a signal ends with its number", async () => {
    const path = join(folder, "study.json");
    writeFileSync(
      path,
      JSON.stringify({ ...smallStudy({ steps: 400 }), rows: smallStudy({ steps: 400 }).rows.slice(1), claims: [] }),
    );
    const child = study(path);
    while (!readdirSync(folder, { recursive: true, encoding: "utf8" }).some((name) => name.endsWith("records.jsonl")))
      await sleep(50);
    child.kill("SIGTERM");
    expect(await ended(child)).toBe(143);
  });

  it("twice at once on one store trains no cell twice, and both end with the whole table", async () => {
    const path = join(folder, "study.json");
    writeFileSync(path, JSON.stringify(smallStudy()));
    expect(await Promise.all([ended(study(path)), ended(study(path))])).toEqual([0, 0]);
    expect(results().length).toBe(4);
    expect(starts()).toBe(4);
  });
});
