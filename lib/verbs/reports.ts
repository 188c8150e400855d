import { assignments, count, positive, print, readConfigFile, zeroOrMore } from "../command-line";
import { CliError } from "../errors";
import { compareReports, reportsTable, runReports } from "../headless";
import type { NotebookParameters } from "../notebook";
import { stopSignal } from "../system";

/** Option values of `njepa reports`. */
export interface ReportsValues {
  preset?: string | undefined;
  config?: string | undefined;
  set?: string[] | undefined;
  out: string;
  jobs?: string | undefined;
  timeout: string;
  "cell-timeout": string;
  "keep-going"?: boolean | undefined;
  stop?: boolean | undefined;
  force?: boolean | undefined;
  resume?: boolean | undefined;
  trust?: string[] | undefined;
  tolerance: string;
  strict?: boolean | undefined;
  watch?: boolean | undefined;
  json?: boolean | undefined;
}

/** Executes notebooks into pages, or compares two folders of them. @returns the exit code */
export async function reportsVerb(values: ReportsValues, words: readonly string[]): Promise<number> {
  if (words[0] === "diff") return await diff(words.slice(1), values);
  if (values.stop && values["keep-going"]) throw new CliError("--stop and --keep-going exclude each other");
  const stop = stopSignal();
  const run = await runReports({
    notebooks: words,
    parameters: {
      ...(values.config === undefined ? {} : await readConfigFile(values.config)),
      ...assignments(values.set ?? [], "set"),
    } as NotebookParameters,
    preset: values.preset,
    out: values.out,
    jobs: values.jobs === undefined ? undefined : count(values.jobs, "jobs"),
    timeout: positive(values.timeout, "timeout", "seconds"),
    cellTimeout: positive(values["cell-timeout"], "cell-timeout", "seconds"),
    stop: values.stop,
    force: values.force,
    resume: values.resume,
    watch: values.watch,
    trust: values.trust,
    signal: stop.signal,
    terminal: process.stderr,
  });
  stop.release();
  print(values.json ? JSON.stringify(run, null, 2) : `${reportsTable(run).toText()}\n\n${run.index}`);
  return run.ok ? 0 : (stop.exitCode ?? 1);
}

async function diff(
  [before, after, ...more]: readonly string[],
  { tolerance, strict, out, json }: ReportsValues,
): Promise<number> {
  if (before === undefined || after === undefined || more.length > 0)
    throw new CliError("diff expects two folders of reports");
  const relative = zeroOrMore(tolerance, "tolerance", "a share");
  const compared = await compareReports(before, after, { relative, strict: strict ?? false, out });
  const { same, page, rows, table } = compared;
  print(json ? JSON.stringify({ same, page, rows }, null, 2) : `${table.toText()}\n\n${page}`);
  return compared.same ? 0 : 1;
}
