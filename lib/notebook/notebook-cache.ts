import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { INotebookContent } from "@jupyterlab/nbformat";
import { z } from "zod";
import { compiledFile, writeDurably } from "../system";
import { hasTag, isCode, joined, readNotebook } from "./notebook-file";
import { changedInputs, type NotebookInputs } from "./notebook-inputs";
import { codeCells, keep, unrun } from "./notebook-session";

const recordSchema = z.object({
  format: z.literal(1),
  /** What the cells ran on (see `executionContext`), by name. */
  context: z.record(z.string(), z.string()),
  /** Digests of the code cells that succeeded, each over all code up to it. */
  cells: z.array(z.string()),
  /** Number of code cells in the notebook. */
  of: z.number(),
  inputs: z.array(z.object({ path: z.string(), use: z.enum(["content", "presence"]), state: z.string() })).nullable(),
  /** What the notebook read and others changed during the run. */
  changed: z.array(z.string()),
  /** SHA-256 of the executed notebook's file. */
  notebook: z.string(),
  seconds: z.number(),
  started: z.string(),
  finished: z.string(),
});
type NotebookRecord = z.infer<typeof recordSchema>;

/** An execution to be recorded. */
export interface RecordedRun {
  notebook: INotebookContent;
  /** The cell that ended the run early: its index among all cells. */
  failedCell?: number | undefined;
  seconds: number;
  started: string;
  finished: string;
  inputs: NotebookInputs | undefined;
}

/** An earlier execution whose outputs a new one would reproduce, as far as can be known. */
export interface KeptRun {
  /** With the earlier outputs, each code cell marked with their time; text cells as they are now. */
  notebook: INotebookContent;
  seconds: number;
  started: string;
  finished: string;
}

/**
 * Finds the outputs of an earlier execution in a folder of reports, if nothing they depend on has changed: the code and
 * parameters, the compiled library, Node, our environment variables, and each file that the cells read through Node.
 *
 * Other inputs of cells (the time, the network, unseeded randomness) go unnoticed; tag such a cell `no-cache`.
 *
 * @returns the kept execution, or why there is none
 */
export async function findKept(out: string, name: string, notebook: INotebookContent): Promise<KeptRun | string> {
  const record = await readRecord(out, name);
  if (record === undefined) return "it has not run before";
  const reason = await whyStale(record, out, name, notebook);
  if (reason !== undefined) return reason;
  const executed = await readNotebook(path.join(out, `${name}.ipynb`)).catch((error: Error) => error);
  if (executed instanceof Error) return `its executed notebook cannot be read: ${executed.message}`;
  const before = codeCells(executed);
  const cells = notebook.cells.map((cell) => (isCode(cell) ? unrun(cell) : { ...cell }));
  const whole = { ...notebook, cells };
  for (const [position, [, cell]] of codeCells(whole).entries()) {
    const [, old] = before[position] ?? [];
    if (old === undefined) return "its executed notebook lacks cells";
    keep(cell, old, record.finished);
  }
  const { seconds, started, finished } = record;
  return { notebook: whole, seconds, started, finished };
}

/** Records what an execution depended on, beside its executed notebook. */
export async function recordRun(out: string, name: string, run: RecordedRun): Promise<void> {
  const digests = cellDigests(run.notebook);
  const ended = run.failedCell === undefined ? digests.length : placeAmongCode(run.notebook, run.failedCell);
  const record: NotebookRecord = {
    format: 1,
    context: executionContext(),
    cells: digests.slice(0, ended),
    of: digests.length,
    inputs: run.inputs?.states ?? null,
    changed: run.inputs?.changed ?? [],
    notebook: fileHash(run.notebook),
    seconds: run.seconds,
    started: run.started,
    finished: run.finished,
  };
  await writeDurably(recordFile(out, name), `${JSON.stringify(record)}\n`);
}

/** Updates the record to the new file, after kept outputs were written again with their marks. */
export async function recordKept(out: string, name: string, kept: INotebookContent): Promise<void> {
  const record = await readRecord(out, name);
  if (record === undefined) return;
  await writeDurably(recordFile(out, name), `${JSON.stringify({ ...record, notebook: fileHash(kept) })}\n`);
}

/** SHA-256 of the file of an executed notebook, as written: what lies there by now may be another run's. */
function fileHash(notebook: INotebookContent): string {
  return sha256(`${JSON.stringify(notebook, null, 1)}\n`);
}

async function whyStale(
  record: NotebookRecord,
  out: string,
  name: string,
  notebook: INotebookContent,
): Promise<string | undefined> {
  const context = executionContext();
  const other = Object.keys(context).find((part) => context[part] !== record.context[part]);
  if (other !== undefined) return `${other} changed`;
  const code = codeCells(notebook);
  const tagged = code.find(([, cell]) => hasTag(cell, "no-cache"));
  if (tagged !== undefined) return `cell ${tagged[0] + 1} is tagged no-cache`;
  const digests = cellDigests(notebook);
  const at = digests.findIndex((digest, position) => digest !== record.cells[position]);
  if (at >= 0 && at === record.cells.length && at < record.of)
    return `it did not get past cell ${cellNumber(code, at)}, and the session that had run the cells before is gone`;
  if (at >= 0) return `cell ${cellNumber(code, at)} changed`;
  if (digests.length !== record.of) return "cells were taken away";
  if (record.inputs === null) return "the files that it read are too many to look at again, or not known";
  if (record.changed.length > 0) return `${some(record.changed)} changed while it ran`;
  const changed = changedInputs(record.inputs);
  if (changed.length > 0) return `${some(changed)} changed`;
  const text = await readFile(path.join(out, `${name}.ipynb`), "utf8").catch(() => undefined);
  if (text === undefined || sha256(text) !== record.notebook) return "its executed notebook is gone or was changed";
  return undefined;
}

function cellNumber(code: ReturnType<typeof codeCells>, position: number): number {
  return (code[position]?.[0] ?? 0) + 1;
}

function placeAmongCode(notebook: INotebookContent, index: number): number {
  return codeCells(notebook).filter(([at]) => at < index).length;
}

function some(files: readonly string[]): string {
  return files.length === 1 ? String(files[0]) : `${files[0]} and ${files.length - 1} more`;
}

/** Digests of each cell's text and tags with all code before it; the parameters are a cell too. */
function cellDigests(notebook: INotebookContent): string[] {
  let before = "";
  return codeCells(notebook).map(([, cell]) => {
    before = sha256(JSON.stringify([before, joined(cell.source), hasTag(cell, "raises-exception")]));
    return before;
  });
}

let context: Record<string, string> | undefined;

/** What the outputs of any cell depend on, keyed by the words in which a change is reported. */
function executionContext(): Record<string, string> {
  context ??= {
    "the library": libraryDigest(),
    Node: `${process.version} ${process.platform} ${process.arch}`,
    "the environment": sha256(
      JSON.stringify(
        Object.entries(process.env)
          .filter(([key]) => /^(NJEPA|TF|XLA|CUDA|OMP)_/.test(key))
          .sort(),
      ),
    ),
  };
  return context;
}

/** Digest of all compiled files: in a checkout, the version does not change with every edit. */
function libraryDigest(): string {
  const dist = compiledFile();
  const digest = createHash("sha256");
  // Without the types, Node asks the system about each file once more.
  const entries = readdirSync(dist, { recursive: true, withFileTypes: true });
  const scripts = entries.filter(({ name }) => name.endsWith(".js")).map((it) => path.join(it.parentPath, it.name));
  for (const file of scripts.sort()) digest.update(path.relative(dist, file)).update(readFileSync(file));
  return digest.digest("hex");
}

function recordFile(out: string, name: string): string {
  return path.join(out, ".njepa", `${name}.json`);
}

async function readRecord(out: string, name: string): Promise<NotebookRecord | undefined> {
  try {
    const read = recordSchema.safeParse(JSON.parse(await readFile(recordFile(out, name), "utf8")));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
