import path from "node:path";
import { CliError, NjepaError } from "njepa/errors";
import {
  type NotebookSession,
  parameterNames,
  readNotebook,
  recordKept,
  recordRun,
  withParameters,
} from "njepa/notebook";
import { type NotebookResult, type ReportSummary, requireWritable, table, writeIndex, writeReport } from "njepa/report";
import { Board } from "./report-board";
import { checkoutFacts } from "./report-facts";
import { endJob, failureText, type JobEnd, type ReportJob } from "./report-job";
import { runJobs } from "./report-jobs";
import { type ReportPlan, rememberPlan } from "./report-plan";
import { watchNotebooks } from "./report-watch";

const stopError = { ename: "Stopped", evalue: "somebody ended the run while this cell was running" };

/** Executes the notebooks; each one's page and the index are on disk as soon as it has ended. */
export async function runReports(plan: ReportPlan): Promise<number> {
  // Everything that can be known to be wrong is said before the first cell runs.
  const { jobs, notes } = await prepareJobs(plan);
  await Promise.all([requireWritable(plan.out), rememberPlan(plan)]);
  // Found out while the first kernel starts.
  const finding = checkoutFacts(path.resolve(__dirname, "../.."));
  const names = jobs.map(({ name }) => name);
  const board = new Board(names, process.stderr);
  for (const note of notes) board.note(undefined, note);
  const begun = new Date().toISOString();
  const reports = new Map<string, ReportSummary>();
  const sessions = plan.watch ? new Map<string, NotebookSession>() : undefined;
  const closing = new Set<Promise<void>>();
  const stopping = stopOnSignal();
  const failed = () => [...reports.values()].some(({ status }) => status !== "ok");
  let index = Promise.resolve("");
  async function run(job: ReportJob): Promise<void> {
    const end = await endJob(job, { ...plan, closing, ...(sessions ? { sessions } : {}) }, board);
    // Our own end takes the kernels with it: they did not die by themselves.
    const stopped = stopping.asked && end.result.status === "dead";
    const result = stopped ? { ...end.result, status: "stopped" as const, error: stopError } : end.result;
    reports.set(job.name, await leave(job, end, result));
    board.end(job.name, reports.get(job.name)?.status ?? "unwritten");
    if (result.status !== "ok") board.note(job.name, failureText(result));
  }
  /** Page, record and index on the disk; what it does not take is told, and ends no other notebook. */
  async function leave(job: ReportJob, end: JobEnd, result: NotebookResult): Promise<ReportSummary> {
    const { started, finished, executed } = end;
    try {
      const facts = await finding;
      const own = { ...facts, started, finished, parameters: job.parameters };
      const report = await writeReport(result, plan.out, own, { trusted: plan.trust.includes(job.name) });
      if (report.status === "unwritten") board.note(job.name, `${job.name}  ${report.error}`);
      else if (executed !== undefined)
        await recordRun(plan.out, job.name, { ...result, started, finished, inputs: executed.inputs });
      else if (result.kept !== undefined) await recordKept(plan.out, job.name);
      const all = [...reports.values(), report];
      index = index.then(() => writeIndex(all, plan.out, { ...facts, started: begun, finished }));
      await index;
      return report;
    } catch (error) {
      if (!(error instanceof NjepaError)) throw error;
      board.note(job.name, `${job.name}  ${error.message}`);
      index = Promise.resolve(path.join(plan.out, "index.html"));
      const cells = result.notebook.cells.filter((cell) => cell.cell_type === "code").length;
      const { name, seconds } = result;
      const files = { page: `${name}.html`, notebook: `${name}.ipynb`, tables: 0, figures: 0 };
      return { name, title: name, status: "unwritten", cells, seconds, ...files, finished, error: error.message };
    }
  }
  try {
    await runJobs(jobs, plan.jobs, run, () => !stopping.asked && !(plan.stop && failed()));
    if (sessions !== undefined) await watchNotebooks(jobs, run, stopping, board);
  } finally {
    for (const session of sessions?.values() ?? []) closing.add(session.close());
    await Promise.all(closing);
    board.close();
    stopping.end();
  }
  const left = jobs.filter(({ name }) => !reports.has(name));
  process.stdout.write(`${finalTable([...reports.values()], left)}\n\n${path.resolve(await index)}\n`);
  return left.length === 0 && !failed() ? 0 : 1;
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
  const unknown = plan.trust.find((name) => !jobs.some((job) => job.name === name));
  if (unknown !== undefined)
    throw new CliError(
      `--trust expects the name of a chosen notebook, got ${unknown}: ${jobs.map((job) => job.name).join(", ")}`,
    );
  return { jobs, notes };
}

/** The first Ctrl-C ends the kernels and lets the pages be written; the second ends us at once. */
function stopOnSignal(): { readonly asked: boolean; readonly when: Promise<void>; end(): void } {
  let tell = () => {};
  const when = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const state = { asked: false, when, end };
  const onSignal = () => {
    if (state.asked) process.exit(130);
    state.asked = true;
    tell();
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
    ...reports.map(({ name, cells, seconds, status, kept }) => ({
      notebook: name,
      cells,
      seconds,
      status: kept === undefined ? String(status) : `${status}, kept`,
    })),
    ...left.map(({ name }) => ({ notebook: name, cells: null, seconds: null, status: "not begun" })),
  ].sort((a, b) => (a.notebook < b.notebook ? -1 : 1));
  const columns = { notebook: {}, cells: {}, seconds: { digits: 1 } };
  return table(rows, { id: "reports", caption: "Reports", columns }).toText();
}
