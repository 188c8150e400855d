/** The job after a Slurm array: writes each table with its conclusion beside the manifest, in every format. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeDurably } from "../../system";
import { studyResults } from "../execute/run-studies";
import { exportStudy, studyFormats } from "../present/export";
import { openStudy } from "../study";
import { conclude } from "../verdicts/conclusion";
import type { SlurmManifest } from "./slurm-plan";

const endings = { csv: "csv", json: "json", latex: "tex", markdown: "md", "eval-results": "yaml" } as const;

async function main(): Promise<void> {
  const path = process.argv[2] as string;
  const manifest = JSON.parse(readFileSync(path, "utf8")) as SlurmManifest;
  for (const { input, ...options } of manifest.studies) {
    const results = await studyResults(openStudy(input, options), { store: manifest.store });
    for (const format of studyFormats) {
      const text = exportStudy(results, format);
      const whole = format === "markdown" ? `${text}\n${conclude(results).sentence}\n` : text;
      await writeDurably(join(dirname(path), `${input.name}.${endings[format]}`), whole);
    }
    const missing = results.cells.flatMap((cell) => cell.missing.map((one) => ({ ...cell, ...one })));
    for (const { row, column, seed, why } of missing)
      process.stdout.write(`${input.name}: "${row}" × "${column}", seed ${seed} is missing: ${why}\n`);
    process.stdout.write(`${input.name}: ${studyFormats.length} files in ${dirname(path)}\n`);
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
