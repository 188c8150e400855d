import path from "node:path";
import { CliError } from "njepa/errors";
import { type NotebookParameters, parameterNames, readNotebook, withParameters } from "njepa/kernel";
import { type ReportSummary, requireWritable, table, writeIndex, writeReport } from "njepa/report";
import { Board } from "./report-board";
import { checkoutFacts } from "./report-facts";
import { executeJob, failureText, type ReportJob } from "./report-job";
import { runJobs } from "./report-jobs";

export interface ReportPlan {
  readonly notebooks: readonly string[];
  readonly parameters: NotebookParameters;
  /** Sets the parameter `preset` of those notebooks that have one. */
  readonly preset?: string | undefined;
  readonly out: string;
  /** Notebooks at once. */
  readonly jobs: number;
  readonly timeout: number;
  readonly cellTimeout: number;
  /** Begin no other notebook when one has failed. */
  readonly stop: boolean;
}

/** Executes the notebooks; each one's page and the index are on disk as soon as it has ended. */
export async function runReports(plan: ReportPlan): Promise<number> {
  // Everything that can be known to be wrong is said before the first cell runs.
  const { jobs, notes } = await prepareJobs(plan);
  await requireWritable(plan.out);
  const facts = await checkoutFacts(path.resolve(__dirname, "../.."));
  const board = new Board(
    jobs.map(({ name }) => name),
    process.stderr,
  );
  for (const note of notes) board.note(undefined, note);
  const begun = new Date().toISOString();
  const reports: ReportSummary[] = [];
  let index = Promise.resolve("");
  const stopping = stopOnSignal();
  const goesOn = () => !stopping.asked && !(plan.stop && reports.some(({ status }) => status !== "ok"));
  async function run(job: ReportJob): Promise<void> {
    const started = new Date().toISOString();
    const ended = await executeJob(job, plan, board);
    // Our own end takes the kernels with it: they did not die by themselves.
    const result = stopping.asked && ended.status === "dead" ? { ...ended, status: "stopped" as const } : ended;
    const finished = new Date().toISOString();
    reports.push(await writeReport(result, plan.out, { ...facts, started, finished }));
    index = index.then(() => writeIndex(reports, plan.out, { ...facts, started: begun, finished }));
    await index;
    board.end(job.name, result.status);
    if (result.status !== "ok") board.note(job.name, failureText(result));
  }
  try {
    await runJobs(jobs, plan.jobs, run, goesOn);
  } finally {
    board.close();
    stopping.end();
  }
  const begunNames = new Set(reports.map(({ name }) => name));
  const left = jobs.filter(({ name }) => !begunNames.has(name));
  process.stdout.write(`${finalTable(reports, left)}\n\n${path.resolve(await index)}\n`);
  return left.length === 0 && reports.every((report) => report.status === "ok") ? 0 : 1;
}

/** Each notebook with its own parameters, and what is worth saying before they run. */
async function prepareJobs(plan: ReportPlan): Promise<{ jobs: ReportJob[]; notes: string[] }> {
  if (plan.preset !== undefined && "preset" in plan.parameters)
    throw new CliError("--preset and --set preset=… say the same thing twice");
  const jobs: ReportJob[] = [];
  const notes: string[] = [];
  for (const file of plan.notebooks) {
    const name = path.basename(file, ".ipynb");
    // A file that is no notebook fails by itself, when its turn comes.
    const notebook = await readNotebook(file).catch((error: Error) => {
      if (error.name !== "DecodeError") throw error;
      return undefined;
    });
    const presets = notebook !== undefined && plan.preset !== undefined && parameterNames(notebook).includes("preset");
    const parameters = { ...plan.parameters, ...(presets ? { preset: plan.preset } : {}) };
    if (notebook !== undefined && plan.preset !== undefined && !presets)
      notes.push(`${name} has no parameter preset: it runs as it is`);
    try {
      if (notebook !== undefined) withParameters(notebook, parameters);
    } catch (error) {
      if (error instanceof Error && error.name === "ConfigError") error.message = `${file}: ${error.message}`;
      throw error;
    }
    jobs.push({ file, name, parameters });
  }
  return { jobs, notes };
}

/** The first Ctrl-C ends the kernels and lets the pages be written; the second ends us at once. */
function stopOnSignal(): { readonly asked: boolean; end(): void } {
  const state = { asked: false, end };
  const onSignal = () => {
    if (state.asked) process.exit(130);
    state.asked = true;
    process.stderr.write("\nstopping: the pages are written with what there is; again to leave at once\n");
  };
  function end(): void {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, onSignal);
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, onSignal);
  return state;
}

function finalTable(reports: readonly ReportSummary[], left: readonly ReportJob[]): string {
  const rows = [
    ...reports.map(({ name, cells, seconds, status }) => ({ notebook: name, cells, seconds, status: String(status) })),
    ...left.map(({ name }) => ({ notebook: name, cells: null, seconds: null, status: "not begun" })),
  ].sort((a, b) => (a.notebook < b.notebook ? -1 : 1));
  const columns = { notebook: {}, cells: {}, seconds: { digits: 1 } };
  return table(rows, { id: "reports", caption: "Reports", columns }).toText();
}
