import type { ICell } from "@jupyterlab/nbformat";
import { formatSeconds } from "../../system";
import type { NotebookFailure } from "../notebook-result";
import { cellSeconds, formatTime, isCodeCell, keptSince, multiline, outputsOf } from "../notebook-result";
import { codeHtml } from "./code";
import type { Heading } from "./html-fragment";
import { markdownHtml } from "./markdown";
import { errorHtml, outputHtml } from "./output";
import type { PageState } from "./page-state";

export interface CellPart {
  readonly html: string;
  readonly headings: readonly Heading[];
}

export interface CellPlace {
  /** Index in the notebook, from 0; people count from 1. */
  readonly index: number;
  /** `not run` when the notebook stopped before this cell. */
  readonly fate: "ran" | "failed" | "not run";
  /** Why the cell failed, shown when its own outputs do not say so. */
  readonly error?: NotebookFailure | undefined;
}

/** One cell of an executed notebook as HTML. */
export async function cellHtml(cell: ICell, place: CellPlace, page: PageState): Promise<CellPart> {
  const source = multiline(cell.source);
  if (cell.cell_type === "markdown") {
    const part = markdownHtml(source, page, cell.attachments);
    return { html: `<section class="text">${part.html}</section>`, headings: part.headings };
  }
  if (!isCodeCell(cell) || (source.trim() === "" && outputsOf(cell).length === 0)) return { html: "", headings: [] };
  const id = cellAnchor(place.index);
  const code = codeHtml(source, { open: place.fate === "failed", note: cellNote(cell, place.index) });
  if (place.fate === "not run") {
    return {
      html: `<section class="cell not-run" id="${id}"><p class="tag">not run</p>${code}</section>`,
      headings: [],
    };
  }
  const outputs: string[] = [];
  for (const output of outputsOf(cell)) outputs.push(await outputHtml(output, page));
  const told = outputsOf(cell).some((output) => output.output_type === "error");
  if (place.error !== undefined && !told) {
    outputs.push(errorHtml(place.error.ename, place.error.evalue, place.error.traceback ?? []));
  }
  return { html: `<section class="cell" id="${id}">${code}${outputs.join("\n")}</section>`, headings: [] };
}

export function cellAnchor(index: number): string {
  return `cell-${index + 1}`;
}

/** The note beside the folded code: the cell's number, its duration, and its date if it is not from this run. */
export function cellNote(cell: ICell, index: number): string {
  const seconds = cellSeconds(cell);
  const kept = keptSince(cell);
  const parts = [
    `cell ${index + 1}`,
    ...(seconds === undefined ? [] : [formatSeconds(seconds)]),
    ...(kept === undefined ? [] : [`kept from ${formatTime(kept)}`]),
  ];
  return parts.join(" · ");
}
