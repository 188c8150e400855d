import path from "node:path";
import { NjepaError } from "../errors";
import { type NotebookSession, recordKept, recordRun } from "../notebook";
import { type NotebookResult, type ReportSummary, requireWritable, writeIndex, writeReport } from "../report";
import { createLimit, mapLimited, removeTemporaryLeftovers, systemErrorWords } from "../system";
import { Board } from "./board";
import { checkoutFacts } from "./checkout-facts";
import { prepareJobs, type ReportJob } from "./jobs";
import { planReports, type ReportOptions, type ReportPlan, rememberPlan } from "./plan";
import { failureText, type ReportsRun } from "./reports-run";
import { type NotebookEnd, runNotebook } from "./run-notebook";
import { contentOf, watchNotebooks } from "./watch-notebooks";

/**
 * Executes each notebook on its own kernel and writes one HTML page for each, with an index over them; page and index
 * are on disk as soon as a notebook has ended.
 *
 * It handles no process signals and prints nothing itself: `options.signal` ends it, `options.terminal` gets progress.
 *
 * @returns how each notebook ended; a failed notebook does not reject
 * @throws {ConfigError} before anything runs, when an option, a notebook's name or a parameter is wrong
 * @throws {NjepaError} before anything runs, when no files can be written to `options.out`
 */
export async function runReports(options: ReportOptions = {}): Promise<ReportsRun> {
  // Also where no notebook has to be executed again, and nothing temporary is made.
  removeTemporaryLeftovers();
  const plan = await planReports(options);
  const { jobs, notes } = await prepareJobs(plan);
  await Promise.all([requireWritable(plan.out), rememberPlan(plan)]);
  const board = new Board(
    jobs.map(({ name }) => name),
    plan.terminal,
  );
  for (const note of notes) board.note(undefined, note);
  const stopping = () => board.note(undefined, "stopping: the pages are written with what there is");
  plan.signal.addEventListener("abort", stopping, { once: true });
  const publish = publisher(plan, board);
  const reports = new Map<string, ReportSummary>();
  const failed = () => [...reports.values()].some(({ status }) => status !== "ok");
  const sessions = plan.watch ? new Map<string, NotebookSession>() : undefined;
  const closing = new Set<Promise<void>>();
  const texts = new Map(jobs.map((job) => [job, contentOf(job.file)]));
  async function run(job: ReportJob): Promise<void> {
    texts.set(job, contentOf(job.file));
    const end = await runNotebook(job, { ...plan, closing, sessions }, board);
    const report = await publish(job, end, reports);
    reports.set(job.name, report);
    board.end(job.name, report.status);
    if (end.result.status !== "ok") board.note(job.name, failureText(end.result));
  }
  const goesOn = () => !plan.signal.aborted && !(plan.stop && failed());
  try {
    await mapLimited(createLimit(plan.jobs), jobs, async (job) => (goesOn() ? run(job) : undefined));
    if (plan.watch) await watchNotebooks(texts, run, board, plan.signal);
  } finally {
    for (const session of sessions?.values() ?? []) closing.add(session.close());
    await Promise.all(closing);
    board.close();
    plan.signal.removeEventListener("abort", stopping);
  }
  const notebooks = jobs.map(({ name }) => reports.get(name) ?? { name, status: "not begun" as const });
  return {
    ok: notebooks.every(({ status }) => status === "ok"),
    index: path.resolve(plan.out, "index.html"),
    notebooks,
  };
}

/** Writes page, record and index to disk; what cannot be written is reported, and ends no other notebook. */
function publisher(plan: ReportPlan, board: Board) {
  // Gathered while the first kernel starts.
  const finding = checkoutFacts();
  const begun = new Date().toISOString();
  let index: Promise<unknown> = Promise.resolve();
  /** A page without its record is whole all the same. */
  async function record(job: ReportJob, { result, started, finished, executed }: NotebookEnd): Promise<void> {
    try {
      if (executed !== undefined)
        await recordRun(plan.out, job.name, { ...result, started, finished, inputs: executed.inputs });
      else if (result.kept !== undefined) await recordKept(plan.out, job.name, result.notebook);
    } catch (error) {
      const words = systemErrorWords(error as Error, "record what it depends on, so the next run will execute it");
      if (words === null) throw error;
      board.note(job.name, `${job.name}  ${words}`);
    }
  }
  return async (
    job: ReportJob,
    end: NotebookEnd,
    before: ReadonlyMap<string, ReportSummary>,
  ): Promise<ReportSummary> => {
    const { result, started, finished } = end;
    try {
      const facts = await finding;
      const own = { ...facts, started, finished, parameters: job.parameters };
      const report = await writeReport(result, plan.out, own, { trusted: plan.trust.includes(job.name) });
      if (report.status === "unwritten") board.note(job.name, `${job.name}  ${report.error}`);
      else await record(job, end);
      const all = [...before.values(), report];
      index = index.then(() => writeIndex(all, plan.out, { ...facts, started: begun, finished }));
      await index;
      return report;
    } catch (error) {
      if (!(error instanceof NjepaError)) throw error;
      board.note(job.name, `${job.name}  ${error.message}`);
      index = Promise.resolve();
      return unwritten(result, finished, error);
    }
  };
}

function unwritten(result: NotebookResult, finished: string, error: Error): ReportSummary {
  const { name, seconds } = result;
  const cells = result.notebook.cells.filter((cell) => cell.cell_type === "code").length;
  const files = { page: `${name}.html`, notebook: `${name}.ipynb`, tables: 0, figures: 0 };
  return { name, title: name, status: "unwritten", cells, seconds, ...files, finished, error: error.message };
}
