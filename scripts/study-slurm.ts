import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { CliError } from "njepa/errors";
import {
  jobsOf,
  needsWork,
  openStore,
  planSlurm,
  type SlurmOptions,
  type Study,
  studyResults,
  submitSlurm,
} from "njepa/study";
import { assignments, count, print } from "./command";

export interface SlurmValues {
  store?: string | undefined;
  partition?: string | undefined;
  account?: string | undefined;
  gres?: string | undefined;
  time?: string | undefined;
  node?: string | undefined;
  jobs?: string | undefined;
  threads?: string | undefined;
  sbatch?: string[] | undefined;
  "report-after": string;
  "dry-run"?: boolean | undefined;
}

/** Submits what several tables lack as one job array and the report after it, or prints the scripts. */
export async function runOnSlurm(studies: readonly Study[], values: SlurmValues): Promise<number> {
  const store = openStore(values.store);
  const jobs = await missing(studies, store.folder);
  if (jobs.length === 0) return print(`nothing is missing in ${store.folder}`);
  const plan = planSlurm(studies, jobs, store, { ...options(values), report: report(studies, store.folder) });
  if (values["dry-run"])
    return print(
      [
        `# ${plan.folder}/cells.sbatch: ${jobs.length} cells`,
        plan.cells,
        `# ${plan.folder}/report.sbatch, submitted with --dependency=${plan.dependency}:ARRAY --kill-on-invalid-dep=yes`,
        plan.report,
      ].join("\n"),
    );
  const { array, report: after, folder } = await submitSlurm(plan);
  return print(
    `${jobs.length} cells are job array ${array}, the report is job ${after}; scripts, logs and exports in ${folder}\n` +
      "npm run study -- status … tells how far they are; squeue, scancel and scontrol work as ever",
  );
}

/** Where the data cannot be opened, nothing can be known to be done: every cell looks for its result when it starts. */
async function missing(studies: readonly Study[], store: string) {
  const jobs = jobsOf(studies);
  try {
    const results = await Promise.all(studies.map((study) => studyResults(study, { store })));
    const open = new Set(results.flatMap((one) => one.jobs.filter(needsWork).map(({ job }) => job.id)));
    return jobs.filter(({ id }) => open.has(id));
  } catch (error) {
    process.stderr.write(`what is done already cannot be told here: ${(error as Error).message}\n`);
    return jobs;
  }
}

function options(values: SlurmValues): SlurmOptions {
  const after = values["report-after"];
  if (after !== "ok" && after !== "any") throw new CliError(`--report-after expects ok or any, got ${after}`);
  const words = (values.sbatch ?? []).map((word) => (word.includes("=") ? word : `${word}=true`));
  const { partition, account, gres, time, node } = values;
  const given = { partition, account, gres, time, node };
  return {
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as SlurmOptions),
    ...(values.jobs === undefined ? {} : { jobs: count(values.jobs, "jobs") }),
    ...(values.threads === undefined ? {} : { threads: count(values.threads, "threads") }),
    sbatch: assignments(words, "sbatch") as Record<string, string | number | true>,
    reportAfter: after,
  };
}

/** The pages of these tables' notebooks; a table without a notebook has the exports alone. */
function report(studies: readonly Study[], store: string): string[] {
  const checkout = path.resolve(__dirname, "../..");
  const notebooks = readdirSync(path.join(checkout, "notebooks"));
  const files = studies.flatMap(({ config }) =>
    notebooks.filter((name) => name.endsWith(".ipynb") && name.replace(/^\d+-/, "") === `${config.name}.ipynb`),
  );
  const script = path.join(checkout, "build/scripts/reports.js");
  if (files.length === 0 || !existsSync(script)) return [];
  const preset = (studies[0] as Study).preset;
  const pages = files.map((name) => path.join(checkout, "notebooks", name));
  return [process.execPath, script, ...pages, "--set", `preset=${preset}`, "--out", path.join(store, "reports")];
}
