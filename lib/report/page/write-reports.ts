import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { NjepaError } from "../../errors";
import { isCodeCell, type NotebookResult } from "../notebook-result";
import type { Provenance } from "../provenance";
import { indexHtml } from "./index-page";
import { withNeighbors } from "./neighbors";
import { pageHtml } from "./page";
import { type ReportSummary, readSummary } from "./summary";
import { whileAlone, writeReportFile } from "./write-file";

/**
 * Writes one notebook's page and, beside it, the executed notebook itself.
 *
 * If there is no room for the notebook, the page is written anyway and says so, and the status is `unwritten`.
 *
 * @param out folder; created if missing
 * @throws {NjepaError} when the folder or the disk does not accept the page; no partial file is left
 */
export async function writeReport(
  result: NotebookResult,
  out: string,
  facts: Provenance = {},
  options: { trusted?: boolean } = {},
): Promise<ReportSummary> {
  const notebook = `${result.name}.ipynb`;
  const unwritten = await writeNotebook(result.notebook, path.join(out, notebook)).catch((error: Error) => error);
  // The page is smaller and says what was seen: it is tried even if there was no room for the notebook.
  const told: NotebookResult =
    unwritten === undefined
      ? result
      : { ...result, status: "unwritten", error: { ename: unwritten.name, evalue: unwritten.message } };
  const page = await pageHtml(told, facts, options);
  const summary: ReportSummary = {
    name: told.name,
    title: page.title,
    status: told.status,
    cells: told.notebook.cells.filter(isCodeCell).length,
    seconds: Math.round(told.seconds * 10) / 10,
    tables: page.tables,
    figures: page.figures,
    claims: page.claims,
    page: `${told.name}.html`,
    notebook,
    finished: facts.finished ?? new Date().toISOString(),
    ...(told.kept === undefined ? {} : { kept: told.kept }),
    ...(told.error === undefined ? {} : { error: `${told.error.ename}: ${told.error.evalue}` }),
  };
  await writeReportFile(path.join(out, summary.page), page.html);
  return summary;
}

/** @throws {NjepaError} when an output is nested so deeply, or all of it so long, that it is no JSON */
async function writeNotebook(notebook: NotebookResult["notebook"], file: string): Promise<void> {
  let text: string;
  try {
    text = `${JSON.stringify(notebook, null, 1)}\n`;
  } catch (error) {
    throw new NjepaError(`${file} cannot be written: an output is nested too deeply or too long`, { cause: error });
  }
  await writeReportFile(file, text);
}

/**
 * Writes `index.html` and `summary.json` for these reports and those of other runs whose pages still exist, the latest
 * for each notebook. Waits for other processes that are writing to the folder.
 *
 * @returns the path of `index.html`
 */
export async function writeIndex(
  reports: readonly ReportSummary[],
  out: string,
  facts: Provenance = {},
): Promise<string> {
  const index = path.join(out, "index.html");
  await whileAlone(index, async () => {
    const all = merged(await readSummary(path.join(out, "summary.json")), reports, out);
    const summary = `${JSON.stringify({ provenance: facts, reports: all }, null, 2)}\n`;
    await writeReportFile(path.join(out, "summary.json"), summary);
    for (const [at, { page }] of all.entries()) await linkPage(path.join(out, page), all[at - 1], all[at + 1]);
    await writeReportFile(index, indexHtml(all, facts));
  });
  return index;
}

function merged(others: readonly ReportSummary[], own: readonly ReportSummary[], out: string): ReportSummary[] {
  const there = others.filter(({ page }) => path.basename(page) === page && existsSync(path.join(out, page)));
  const all = new Map(there.map((report) => [report.name, report]));
  for (const report of own) {
    const other = all.get(report.name);
    if (other === undefined || Date.parse(other.finished) <= Date.parse(report.finished)) all.set(report.name, report);
  }
  return [...all.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Links a page to its neighbors, if these have changed. */
async function linkPage(file: string, before?: ReportSummary, after?: ReportSummary): Promise<void> {
  const html = await readFile(file, "utf8").catch(() => undefined);
  if (html === undefined) return;
  const linked = withNeighbors(html, before, after);
  if (linked !== html) await writeReportFile(file, linked);
}

/** Writes pages for all these executions, and the index over them. */
export async function writeReports(
  results: readonly NotebookResult[],
  out: string,
  facts: Provenance = {},
): Promise<{ index: string; reports: ReportSummary[] }> {
  const reports: ReportSummary[] = [];
  for (const result of results) reports.push(await writeReport(result, out, facts));
  return { index: await writeIndex(reports, out, facts), reports };
}
