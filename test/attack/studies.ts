import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Attack } from "./attack";
import { type End, ended, node, processesWith, scripts, until } from "./processes";

/** Two trainings of two seeds, seconds each. */
const study = {
  name: "killed-study",
  title: "A study that is killed",
  asks: "Do all numbers stay?",
  settings: { data: { trainLimit: 256 }, train: { maxSteps: 8, compiler: "graph" }, evaluate: { penalties: [1] } },
  rows: [
    { name: "I-JEPA", settings: { objective: { method: "i-jepa" } } },
    { name: "N-JEPA", settings: {} },
  ],
  columns: [{ name: "top-1", fraction: 1 }],
  claims: [{ says: "noise helps", orderings: [{ below: "I-JEPA", above: "N-JEPA" }] }],
};

export const killedStudy: Attack = {
  kind: "study: killed with all its processes at random moments, then to the end; exports bit for bit",
  async run({ folder, random, form, tries }, tally) {
    if (form === "small") return; // npm test kills a study in test/study/local-executor.test.ts
    const file = join(folder, "study.json");
    writeFileSync(file, JSON.stringify(study));
    const words = (store: string) => [file, "--preset", "smoke", "--store", store];
    const exported = async (store: string) => {
      const { said, code } = await ended(
        node([join(scripts, "study.js"), "export", ...words(store), "--format", "csv"], { cwd: folder }),
      );
      // The table alone: what is said beside it tells of commits.
      const table = said.split("\n").filter((line) => /^(row|I-JEPA|N-JEPA),/.test(line));
      return code === 0 ? table.join("\n") : `exit ${code}: ${said}`;
    };
    const whole = join(folder, "whole");
    mkdirSync(whole);
    const first = await ended(node([join(scripts, "study.js"), ...words(whole), "--jobs", "2"], { cwd: folder }));
    await tally.attempt("nothing is killed", 1, async () =>
      first.code === 0 ? undefined : `exit ${first.code}: ${first.said.slice(-500)}`,
    );
    if (first.code !== 0) return;
    const wanted = await exported(whole);
    for (let run = 0; run < tries(0, 1, 2); run++) {
      const store = join(folder, `killed-${run}`);
      mkdirSync(store);
      const kills = Array.from({ length: tries(0, 2, 3) }, () => 1 + random.uniform() * 10);
      await tally.attempt(`kills after ${kills.map((it) => it.toFixed(2)).join(", ")} s`, 400, async () => {
        const mark = `NJEPA_ATTACK=study-${run}-${process.pid}`;
        for (const seconds of kills) await killedGroup([...words(store), "--jobs", "2"], folder, mark, seconds);
        if (!(await until(() => processesWith(mark).length === 0, 15))) return "processes were left behind for 15 s";
        const last = await ended(node([join(scripts, "study.js"), ...words(store), "--jobs", "2"], { cwd: folder }));
        if (last.code !== 0) return `exit ${last.code}: ${last.said.slice(-500)}`;
        const got = await exported(store);
        return got === wanted ? undefined : `the exports differ:\n${got}\n${wanted}`;
      });
    }
  },
};

/** A study in a process group of its own, all of which is killed after so many seconds. */
async function killedGroup(words: string[], cwd: string, mark: string, seconds: number): Promise<End> {
  const [name = "", value = ""] = mark.split("=");
  const child = spawn(process.execPath, [join(scripts, "study.js"), ...words], {
    cwd,
    detached: true,
    env: { ...process.env, [name]: value },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const timer = setTimeout(() => process.kill(-(child.pid as number), "SIGKILL"), seconds * 1000);
  const end = await ended(child);
  clearTimeout(timer);
  return end;
}
