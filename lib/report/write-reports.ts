import { existsSync } from "node:fs";
import path from "node:path";
import { indexHtml } from "./index-page";
import { isCodeCell, type NotebookResult } from "./notebook";
import { pageHtml } from "./page";
import type { Provenance } from "./provenance";
import { type ReportSummary, readSummary } from "./summary";
import { writeReportFile } from "./write-file";

/**
 * Writes one notebook's page and, beside it, the executed notebook itself.
 *
 * @param out folder; made if it is not there
 * @throws {NjepaError} when the folder or the disk does not take the files; no half file is left
 */
export async function writeReport(
  result: NotebookResult,
  out: string,
  facts: Provenance = {},
  options: { trusted?: boolean } = {},
): Promise<ReportSummary> {
  const page = await pageHtml(result, facts, options);
  const summary: ReportSummary = {
    name: result.name,
    title: page.title,
    status: result.status,
    cells: result.notebook.cells.filter(isCodeCell).length,
    seconds: Math.round(result.seconds * 10) / 10,
    tables: page.tables,
    figures: page.figures,
    page: `${result.name}.html`,
    notebook: `${result.name}.ipynb`,
    finished: facts.finished ?? new Date().toISOString(),
    ...(result.kept === undefined ? {} : { kept: result.kept }),
    ...(result.error === undefined ? {} : { error: `${result.error.ename}: ${result.error.evalue}` }),
  };
  await writeReportFile(path.join(out, summary.notebook), `${JSON.stringify(result.notebook, null, 1)}\n`);
  await writeReportFile(path.join(out, summary.page), page.html);
  return summary;
}

/**
 * Writes `index.html` and `summary.json` over these reports and those of earlier runs whose pages are still there.
 *
 * @returns the path of `index.html`
 */
export async function writeIndex(
  reports: readonly ReportSummary[],
  out: string,
  facts: Provenance = {},
): Promise<string> {
  const names = new Set(reports.map((report) => report.name));
  const earlier = (await readSummary(path.join(out, "summary.json"))).filter(
    (report) =>
      !names.has(report.name) && path.basename(report.page) === report.page && existsSync(path.join(out, report.page)),
  );
  const all = [...reports, ...earlier].sort((a, b) => (a.name < b.name ? -1 : 1));
  await writeReportFile(
    path.join(out, "summary.json"),
    `${JSON.stringify({ provenance: facts, reports: all }, null, 2)}\n`,
  );
  const index = path.join(out, "index.html");
  await writeReportFile(index, indexHtml(all, facts));
  return index;
}

/** Pages for all these executions, and the index over them. */
export async function writeReports(
  results: readonly NotebookResult[],
  out: string,
  facts: Provenance = {},
): Promise<{ index: string; reports: ReportSummary[] }> {
  const reports: ReportSummary[] = [];
  for (const result of results) reports.push(await writeReport(result, out, facts));
  return { index: await writeIndex(reports, out, facts), reports };
}
