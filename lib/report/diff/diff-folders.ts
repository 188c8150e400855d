import { readFile } from "node:fs/promises";
import path from "node:path";
import type { INotebookContent } from "@jupyterlab/nbformat";
import { CliError } from "../../errors";
import { type ReportSummary, readSummary } from "../page/summary";
import { diffNotebooks, type NotebookDiff } from "./diff-notebooks";
import type { Tolerance } from "./diff-values";

/**
 * The differences between two folders of reports, notebook by notebook.
 *
 * @throws {CliError} when one of them is not a folder of reports
 */
export async function diffReports(a: string, b: string, tolerance: Tolerance): Promise<NotebookDiff[]> {
  const [left, right] = [await reportsIn(a), await reportsIn(b)];
  const names = [...new Set([...left.keys(), ...right.keys()])].sort();
  const diffs: NotebookDiff[] = [];
  for (const name of names) {
    const [one, other] = [left.get(name), right.get(name)];
    if (one === undefined || other === undefined) {
      const note = one === undefined ? "only in B" : "only in A";
      diffs.push({ name, note, cells: [], numbers: 0, changes: 1, largest: 0 });
      continue;
    }
    const diff = diffNotebooks(name, await read(a, one), await read(b, other), tolerance);
    const states = one.status === other.status ? undefined : `${one.status} in A, ${other.status} in B`;
    diffs.push(states === undefined ? diff : { ...diff, note: states });
  }
  return diffs;
}

async function reportsIn(folder: string): Promise<Map<string, ReportSummary>> {
  const reports = await readSummary(path.join(folder, "summary.json"));
  if (reports.length === 0)
    throw new CliError(`${folder} has no reports: its summary.json is missing, empty or damaged`);
  return new Map(reports.map((report) => [report.name, report]));
}

async function read(folder: string, report: ReportSummary): Promise<INotebookContent> {
  const file = path.join(folder, path.basename(report.notebook));
  try {
    return JSON.parse(await readFile(file, "utf8")) as INotebookContent;
  } catch (cause) {
    throw new CliError(`${file} cannot be compared: ${(cause as Error).message}`, { cause });
  }
}
