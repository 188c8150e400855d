import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { assignments, count, print } from "../command-line";
import { CliError } from "../errors";
import { printable } from "../printable";
import { openStore, type SlurmOptions, type Study, submitStudies } from "../study";
import { checkoutFolder, invocation } from "../system";

/** Option values of `njepa study --executor slurm`. */
export interface SlurmValues {
  store?: string | undefined;
  partition?: string | undefined;
  account?: string | undefined;
  gres?: string | undefined;
  time?: string | undefined;
  node?: string | undefined;
  jobs?: string | undefined;
  sbatch?: string[] | undefined;
  "report-after": string;
  "dry-run"?: boolean | undefined;
}

/** Submits the missing runs of several tables as one job array with the report after it, or prints the scripts. */
export async function runOnSlurm(studies: readonly Study[], values: SlurmValues): Promise<number> {
  const store = openStore(values.store).folder;
  const submitted = await submitStudies(studies, {
    ...options(values),
    store,
    report: report(studies, store),
    dryRun: values["dry-run"] ?? false,
    onProgress: (line) => process.stderr.write(`${printable(line)}\n`),
  });
  if (submitted === null) return print(`nothing is missing in ${store}`);
  const { jobs, plan, submission } = submitted;
  if (submission === null)
    return print(
      [
        `# ${plan.folder}/cells.sbatch: ${jobs.length} cells`,
        plan.cells,
        `# ${plan.folder}/report.sbatch, submitted with --dependency=${plan.dependency}:ARRAY --kill-on-invalid-dep=yes`,
        plan.report,
      ].join("\n"),
    );
  return print(
    `${jobs.length} cells are job array ${submission.array}, the report is job ${submission.report}; scripts, logs and ` +
      `exports in ${submission.folder}\n${invocation("study", "status …")} tells how far they are; squeue, scancel and scontrol work as ever`,
  );
}

function options(values: SlurmValues): SlurmOptions {
  const after = values["report-after"];
  if (after !== "ok" && after !== "any") throw new CliError(`--report-after expects ok or any, got ${after}`);
  const words = (values.sbatch ?? []).map((word) => (word.includes("=") ? word : `${word}=true`));
  const { partition, account, gres, time, node } = values;
  if (time !== undefined && !/^(\d+-)?\d+(:\d+){0,2}$/.test(time))
    throw new CliError(`--time expects Slurm's H:MM:SS, D-HH:MM:SS or minutes, got ${time}`);
  const given = { partition, account, gres, time, node };
  return {
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as SlurmOptions),
    ...(values.jobs === undefined ? {} : { jobs: count(values.jobs, "jobs") }),
    sbatch: assignments(words, "sbatch") as Record<string, string | number | true>,
    reportAfter: after,
  };
}

/** The command line that makes the pages of these tables' notebooks; a table without a notebook is only exported. */
function report(studies: readonly Study[], store: string): string[] {
  const checkout = checkoutFolder();
  if (checkout === null) return [];
  const notebooks = readdirSync(path.join(checkout, "notebooks"));
  const files = studies.map(({ config }) => `${config.name}.ipynb`).filter((name) => notebooks.includes(name));
  const script = path.join(checkout, "build/scripts/reports.js");
  if (files.length === 0 || !existsSync(script)) return [];
  const preset = (studies[0] as Study).preset;
  const pages = files.map((name) => path.join(checkout, "notebooks", name));
  return [process.execPath, script, ...pages, "--set", `preset=${preset}`, "--out", path.join(store, "reports")];
}
