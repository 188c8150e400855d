import type { ICell } from "@jupyterlab/nbformat";
import { formatSeconds } from "../../system";
import type { ClaimsModel } from "../claims/claims-model";
import { escapeHtml } from "../escape";
import {
  formatTime,
  isCodeCell,
  keptSince,
  multiline,
  type NotebookResult,
  type NotebookStatus,
} from "../notebook-result";
import { type Provenance, provenanceHtml, readProvenance } from "../provenance";
import { createAnchors } from "./anchors";
import { cellAnchor, cellHtml, cellNote } from "./cell-html";
import { codeHtml } from "./code";
import { htmlDocument, themeButton } from "./document";
import type { Heading } from "./html-fragment";
import { neighborsMark } from "./neighbors";
import { errorHtml } from "./output";
import type { PageState, ShownThing } from "./page-state";

/** Bytes for outputs, so that a page with its style, text, code and the figures' runtime stays under two megabytes. */
const outputRoom = 1_250_000;

export interface Page {
  readonly html: string;
  readonly title: string;
  readonly tables: number;
  readonly figures: number;
  readonly shown: readonly ShownThing[];
  readonly claims: readonly ClaimsModel[];
}

export const statusWords: Readonly<Record<NotebookStatus, string>> = {
  ok: "all cells ran",
  failed: "a cell failed",
  timeout: "stopped at a time limit",
  dead: "the kernel died",
  lost: "output was lost",
  stopped: "stopped by hand",
  unreadable: "the file cannot be read",
  unwritten: "the executed notebook could not be written",
};

/**
 * One self-contained HTML file of an executed notebook: text, folded code, sortable tables, figures, errors, and at its
 * foot where the numbers come from. It loads nothing, and nothing that cells printed can run in it.
 *
 * @param options.trusted whether scripts may run in HTML outputs, each in a frame that reaches neither page nor network
 * @param options.about   a line under the title of a standalone page, in place of links to the notebook's file and to
 *   the other reports
 * @param facts what the caller knows about the run; cells add device, data, seeds and settings if it does not give them
 */
export async function pageHtml(
  result: NotebookResult,
  facts: Provenance = {},
  options: { trusted?: boolean; about?: string } = {},
): Promise<Page> {
  const { cells, metadata } = result.notebook;
  const anchors = createAnchors();
  const page = createPageState(options.trusted ?? false, anchors.anchor);
  page.facts.push(readProvenance((metadata as Record<string, unknown>).njepa));
  const parts: { html: string; headings: readonly Heading[]; shown: readonly ShownThing[] }[] = [];
  for (const [index, cell] of cells.entries()) {
    const before = page.shown.length;
    const fate = fateOf(result, index);
    const error = fate === "failed" ? result.error : undefined;
    const part = await cellHtml(cell, { index, fate, error }, page);
    parts.push({ ...part, shown: page.shown.slice(before) });
  }
  const headings = parts.flatMap((part) => part.headings);
  const first = headings.find((heading) => heading.level === 1);
  const title = first?.text ?? result.name;
  const { seconds, peakBytes } = result;
  const known: Provenance = {};
  for (const told of [...page.facts, { seconds, peakBytes }, stated(facts)]) Object.assign(known, told);
  const body = anchors.resolveLinks(parts.map((part) => part.html).join("\n"));
  const html = htmlDocument({
    title,
    explores: page.explores,
    trustedCode: page.trustedCode,
    body: [
      headerHtml(result, title, options.about),
      contentsHtml(parts),
      // The first heading is already the page's title, in its header.
      `<main id="content">${bannerHtml(result)}${keptHtml(result)}${withoutHeading(body, first)}</main>`,
      `${neighborsMark}<footer><h2>Where these numbers come from</h2>${provenanceHtml(known)}</footer>`,
    ].join("\n"),
  });
  const count = (kind: ShownThing["kind"]) => page.shown.filter((thing) => thing.kind === kind).length;
  return { html, title, tables: count("table"), figures: count("figure"), shown: page.shown, claims: page.claims };
}

function stated(facts: Provenance): Provenance {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

function createPageState(trusted: boolean, anchor: PageState["anchor"]): PageState {
  return {
    anchor,
    macros: {},
    shown: [],
    claims: [],
    facts: [],
    room: outputRoom,
    drawingSeconds: 60,
    formulaRoom: 3_000_000,
    explores: false,
    trusted,
    trustedCode: [],
  };
}

function fateOf(result: NotebookResult, index: number): "ran" | "failed" | "not run" {
  if (result.status === "ok" || (result.status === "unwritten" && result.failedCell === undefined)) return "ran";
  if (result.failedCell === undefined) return "not run"; // the kernel never started
  if (index === result.failedCell) return "failed";
  return index > result.failedCell ? "not run" : "ran";
}

/** The page without its first heading, which is already in its header. */
function withoutHeading(body: string, heading: Heading | undefined): string {
  const start = heading === undefined ? -1 : body.indexOf(`<h1 id="${heading.id}"`);
  const end = body.indexOf("</h1>", start);
  return start === -1 || end === -1 ? body : body.slice(0, start) + body.slice(end + "</h1>".length).trimStart();
}

function headerHtml(result: NotebookResult, title: string, about?: string): string {
  if (about !== undefined)
    return `<header><h1>${escapeHtml(title)}</h1><p>${escapeHtml(about)} · ${themeButton}</p></header>`;
  const cells = result.notebook.cells.filter(isCodeCell).length;
  const status = `<span class="status ${result.status === "ok" ? "ok" : "bad"}">${statusWords[result.status]}</span>`;
  const file = `${result.name}.ipynb`;
  return (
    `<header><h1>${escapeHtml(title)}</h1><p><a href="${escapeHtml(encodeURIComponent(file))}">${escapeHtml(file)}</a> · ` +
    `${cells} ${cells === 1 ? "cell" : "cells"} · ` +
    `${formatSeconds(result.seconds)} · ${status} · <a href="index.html">all reports</a> · ` +
    `<button type="button" class="all-code" aria-pressed="false" hidden>Show all code</button> · ${themeButton}</p></header>`
  );
}

function contentsHtml(parts: readonly { headings: readonly Heading[]; shown: readonly ShownThing[] }[]): string {
  const entries = parts.flatMap(({ headings, shown }) => [
    ...headings
      .filter(({ level }) => level === 2 || level === 3)
      .map(({ level, id, text }) => `<li class="l${level}"><a href="#${id}">${escapeHtml(text)}</a></li>`),
    ...shown.map(
      ({ kind, number, id, caption }) =>
        `<li class="thing"><a href="#${id}" title="${escapeHtml(caption)}">${kind === "table" ? "Table" : "Figure"} ${number}` +
        ` · ${escapeHtml(caption.length > 48 ? `${caption.slice(0, 46).trimEnd()}…` : caption)}</a></li>`,
    ),
  ]);
  if (entries.length === 0) return "";
  return `<nav class="contents" aria-label="Contents"><details open><summary>Contents</summary><ul>${entries.join("")}</ul></details></nav>`;
}

/** A prominent note that the outputs are not from this run, and when they were made. */
function keptHtml(result: NotebookResult): string {
  const code = result.notebook.cells.flatMap((cell, index) =>
    isCodeCell(cell) ? [{ index, kept: keptSince(cell) }] : [],
  );
  const kept = code.filter((cell) => cell.kept !== undefined);
  const [first] = kept;
  if (first?.kept === undefined) return "";
  const times = new Set(kept.map((cell) => formatTime(cell.kept ?? "")));
  const when =
    times.size === 1
      ? `of ${escapeHtml([...times][0] ?? "")}`
      : `of ${times.size} different times, from ${escapeHtml([...times].sort()[0] ?? "")} on`;
  const which =
    kept.length === code.length
      ? "No cell of this page was executed by the last run: its outputs are kept ones"
      : `The outputs of ${kept.length} of its ${code.length} code cells, up to cell ${(kept.at(-1)?.index ?? 0) + 1}, are kept ones`;
  const why =
    result.kept === undefined
      ? "they come from the same session, which went on after a cell was mended"
      : "code, parameters, library, environment and all files that it read through Node are as they were then; <code>--force</code> executes it again";
  return `<section class="kept" role="note" aria-label="Kept outputs"><p><strong>${which}</strong> ${when}: ${why}.</p></section>`;
}

/** What went wrong, before anything else: the cell, its error, its source. */
function bannerHtml(result: NotebookResult): string {
  if (result.status === "ok") return "";
  const at = result.failedCell;
  const cell: ICell | undefined = at === undefined ? undefined : result.notebook.cells[at];
  const full = /ENOSPC|EDQUOT|no space left/i.test(result.error?.evalue ?? "")
    ? " <strong>The disk was full.</strong>"
    : "";
  const where =
    at === undefined ? "" : ` in <a href="#${cellAnchor(at)}">cell ${at + 1}</a>; the cells after it were not run`;
  const error = result.error === undefined ? "" : errorHtml(result.error.ename, result.error.evalue, []);
  const source =
    cell === undefined || at === undefined
      ? ""
      : codeHtml(multiline(cell.source), { open: true, note: cellNote(cell, at) });
  return (
    `<section class="banner" role="alert" aria-label="This notebook did not finish">` +
    `<p><strong>This notebook did not finish:</strong> ${statusWords[result.status]}${where}.${full}</p>${error}${source}</section>`
  );
}
