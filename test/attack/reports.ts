import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Attack } from "./attack";
import { ended, library, node, processesWith, scripts, textOf, until } from "./processes";

const writing = `
const { writeReports } = require(process.argv[1] + "/report");
const [, , folder, name, pages] = process.argv;
const notebook = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [] };
(async () => {
  for (let page = 0; page < Number(pages); page++) {
    await writeReports([{ name: name + page, notebook, status: "ok", seconds: 1 }], folder);
    console.log(name + page);
  }
})();`;

export const sharedIndex: Attack = {
  kind: "index: six processes write into one folder, some killed",
  async run({ folder, random, form, tries }, tally) {
    for (let round = 0; round < tries(1, 2, 4); round++) {
      const out = join(folder, String(round));
      mkdirSync(out);
      const kills = round % 2 === 0 ? [] : [random.uniform() * 2, random.uniform() * 2];
      await tally.attempt(`round ${round}, kills after ${kills.join(", ")} s`, 120, async () => {
        const names = ["a", "b", "c", "d", "e", "f"].slice(0, form === "small" ? 3 : 6);
        const run = (name: string, at: number) =>
          ended(node(["-e", writing, library, out, name, form === "small" ? "2" : "5"], { cwd: out }), kills[at]);
        const ends = await Promise.all(names.map(run));
        const done = ends.flatMap(({ said }) => said.match(/^[a-f]\d$/gm) ?? []);
        const { reports } = JSON.parse(textOf(join(out, "summary.json"))) as { reports: { name: string }[] };
        const index = textOf(join(out, "index.html"));
        const missing = done.filter(
          (name) => !reports.some((one) => one.name === name) || !index.includes(`"${name}.html"`),
        );
        return missing.length === 0 ? undefined : `${missing.length} of ${done.length} entries are gone`;
      });
    }
  },
};

export const killedRunner: Attack = {
  kind: "reports: killed at a random moment, then run again",
  async run({ folder, random, tries }, tally) {
    for (let kill = 0; kill < tries(1, 2, 8); kill++) {
      const place = join(folder, String(kill));
      const [notebooks, temporary] = [join(place, "notebooks"), join(place, "tmp")];
      for (const made of [notebooks, temporary]) mkdirSync(made, { recursive: true });
      for (const name of ["one", "two"]) writeFileSync(join(notebooks, `${name}.ipynb`), notebookOf("1 + 1", "'end'"));
      const mark = `NJEPA_ATTACK=${kill}-${process.pid}`;
      const env = { TMPDIR: temporary, NJEPA_ATTACK: mark.split("=")[1] };
      const run = (after?: number) =>
        ended(node([join(scripts, "reports.js"), "--out", "out", "--jobs", "2"], { cwd: place, env }), after);
      const after = random.uniform() * 6;
      await tally.attempt(`killed after ${after.toFixed(2)} s`, 180, async () => {
        await run(after);
        if (!(await until(() => processesWith(mark).length === 0, 15))) return "kernels were left behind for 15 s";
        const again = await run();
        if (again.code !== 0) return `the next run ended with ${again.code}: ${again.said.slice(-500)}`;
        const { reports } = JSON.parse(textOf(join(place, "out", "summary.json"))) as { reports: { name: string }[] };
        if (reports.map(({ name }) => name).join() !== "one,two") return `the summary has ${JSON.stringify(reports)}`;
        const left = readdirSync(temporary).filter((name) => name.startsWith("njepa-"));
        return left.length === 0 ? undefined : `left in the temporary folder: ${left.join(", ")}`;
      });
    }
  },
};

export function notebookOf(...cells: string[]): string {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 4,
    metadata: { kernelspec: { name: "njepa", display_name: "N-JEPA (TypeScript)", language: "typescript" } },
    cells: cells.map((source) => ({ cell_type: "code", source, metadata: {}, outputs: [], execution_count: null })),
  });
}
