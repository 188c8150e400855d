import { existsSync } from "node:fs";
import path from "node:path";
import {
  executeNotebook,
  type NotebookParameters,
  type NotebookProgress,
  readNotebook,
  withParameters,
} from "njepa/kernel";
import {
  formatSeconds,
  type NotebookResult,
  type ReportSummary,
  requireWritable,
  table,
  writeIndex,
  writeReport,
} from "njepa/report";
import { checkoutFacts } from "./report-facts";
import { Progress } from "./report-progress";

export interface ReportPlan {
  readonly notebooks: readonly string[];
  readonly parameters: NotebookParameters;
  readonly out: string;
  readonly timeout: number;
  readonly cellTimeout: number;
  /** Stop at the first notebook that fails. */
  readonly stop: boolean;
}

/** Executes the notebooks one after another; each one's page and the index are on disk before the next begins. */
export async function runReports(plan: ReportPlan): Promise<number> {
  const progress = new Progress(process.stderr);
  // Everything that can be known to be wrong is said before the first cell runs.
  for (const file of plan.notebooks) await checkParameters(file, plan.parameters);
  await requireWritable(plan.out);
  const facts = await checkoutFacts(path.resolve(__dirname, "../.."));
  if (existsSync(path.join(plan.out, "summary.json"))) {
    progress.note(
      `${plan.out}/ has reports of an earlier run: every notebook chosen here is executed again, other pages stay`,
    );
  }
  const begun = new Date().toISOString();
  const reports: ReportSummary[] = [];
  let index = "";
  for (const file of plan.notebooks) {
    const started = new Date().toISOString();
    const result = await execute(file, plan, progress);
    const own = { ...facts, started, finished: new Date().toISOString() };
    reports.push(await writeReport(result, plan.out, own));
    index = await writeIndex(reports, plan.out, {
      ...facts,
      started: begun,
      finished: own.finished,
    });
    if (result.status !== "ok") progress.note(failureText(result));
    if (result.status !== "ok" && plan.stop) break;
  }
  process.stdout.write(`${finalTable(reports)}\n\n${path.resolve(index)}\n`);
  return reports.every((report) => report.status === "ok") ? 0 : 1;
}

async function checkParameters(file: string, parameters: NotebookParameters): Promise<void> {
  const notebook = await readNotebook(file);
  try {
    withParameters(notebook, parameters);
  } catch (error) {
    if (error instanceof Error && error.name === "ConfigError") error.message = `${file}: ${error.message}`;
    throw error;
  }
}

async function execute(file: string, plan: ReportPlan, progress: Progress): Promise<NotebookResult> {
  const name = path.basename(file, ".ipynb");
  const { parameters, timeout, cellTimeout } = plan;
  const onProgress = (event: NotebookProgress) => tell(name, event, progress);
  try {
    const run = await executeNotebook(file, { parameters, timeout, cellTimeout, onProgress });
    return { ...run, name, failedCell: run.failedCell?.index };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "KernelError") throw error;
    const notebook = await readNotebook(file);
    return { name, notebook, status: "dead", seconds: 0, error: { ename: error.name, evalue: error.message } };
  }
}

function tell(name: string, event: NotebookProgress, progress: Progress): void {
  if (event.kind === "starting") {
    progress.update(`${name}  starting the kernel, ${formatSeconds(event.seconds)}`);
    return;
  }
  // Cells are named as on the page, by their place among all cells; the count is of those that run.
  const place = `${name}  cell ${event.index + 1} (${event.cell} of ${event.of})`;
  if (event.kind === "cell-running") {
    progress.update(`${place}  ${formatSeconds(event.seconds)}  ${lastLine(event.text ?? "")}`);
  } else if (event.kind === "cell-finished") {
    progress.note(`${place}  ${event.status}  ${formatSeconds(event.seconds)}`);
  } else if (process.stderr.isTTY) {
    progress.update(`${place}  ${event.firstLine}`);
  }
}

function lastLine(text: string): string {
  return (
    text
      .trimEnd()
      .split(/[\r\n]/)
      .at(-1) ?? ""
  );
}

/** A failed cell as the terminal shows it: its source and its error. */
function failureText(result: NotebookResult): string {
  const cell = result.failedCell === undefined ? undefined : result.notebook.cells[result.failedCell];
  const source = [cell?.source ?? []].flat().join("");
  const where = result.failedCell === undefined ? result.name : `${result.name}, cell ${result.failedCell + 1}`;
  const error = result.error === undefined ? result.status : `${result.error.ename}: ${result.error.evalue}`;
  return `\n${where} did not end well: ${error}\n${source.replace(/^/gm, "    ")}\n`;
}

function finalTable(reports: readonly ReportSummary[]): string {
  const rows = reports.map(({ name, cells, seconds, status }) => ({ notebook: name, cells, seconds, status }));
  const columns = { notebook: {}, cells: {}, seconds: { digits: 1 } };
  return table(rows, { id: "reports", caption: "Reports", columns }).toText();
}
