import { escapeHtml } from "../escape";
import { codeHtml } from "../page/code";
import { htmlDocument, themeButton } from "../page/document";
import { formatCell, formatNumber } from "../table/cell";
import { headerNote } from "../table/table-model";
import { type CellDiff, hasOtherCode, type NotebookDiff } from "./diff-notebooks";
import { compareCells, type OutputDiff } from "./diff-outputs";
import type { Difference, Tolerance } from "./diff-values";

/** Most differences listed per output; further ones are only counted. */
const most = 200;

/** Two folders of reports on one page: first a summary of what differs, then each notebook, cell by cell. */
export function diffHtml(
  diffs: readonly NotebookDiff[],
  names: { readonly a: string; readonly b: string },
  tolerance: Tolerance,
): string {
  const changed = diffs.filter((diff) => diff.changes > 0 || diff.note !== undefined);
  const verdict =
    changed.length === 0 ? "the same in all that counts" : `${changed.length} of ${diffs.length} notebooks differ`;
  const rule =
    tolerance.relative === 0 ? "numbers must be equal" : `numbers may differ by ${tolerance.relative} of themselves`;
  const free = tolerance.strict ? "times, rates and memory too" : "times, rates and memory are shown and do not count";
  const head = ["notebook", "verdict", "numbers compared", "changes", "largest difference"];
  const rows = diffs.map((diff) => {
    const same = diff.changes === 0 && diff.note === undefined;
    const word = `<span class="status ${same ? "ok" : "bad"}">${same ? "same" : escapeHtml(diff.note ?? "differs")}</span>`;
    const number = (value: number, text = String(value)) =>
      `<td data-value="${value}" style="text-align:right">${text}</td>`;
    return (
      `<tr><td><a href="#${anchor(diff)}">${escapeHtml(diff.name)}</a></td><td>${word}</td>${number(diff.numbers)}` +
      `${number(diff.changes)}${number(diff.largest, share(diff.largest))}</tr>`
    );
  });
  const header = head.map(
    (text, at) =>
      `<th scope="col"${at > 1 ? ' style="text-align:right"' : ""}><button type="button">${text}</button></th>`,
  );
  return htmlDocument({
    title: `${names.a} and ${names.b}`,
    body: [
      `<header><h1>Two folders of reports</h1><p>A is ${escapeHtml(names.a)} · B is ${escapeHtml(names.b)} · ${verdict} · ${themeButton}</p></header>`,
      `<main id="content" class="wide"><p>Compared cell by cell: ${rule}; ${free}.</p>` +
        `<section class="table"><div class="scroll" role="region" tabindex="0" aria-label="Notebooks"><table><caption><span>Every notebook of A or B</span></caption>` +
        `<thead><tr>${header.join("")}</tr></thead><tbody>${rows.join("\n")}</tbody></table></div></section>${diffs.map(notebookHtml).join("\n")}</main>`,
    ].join("\n"),
  });

  function notebookHtml(diff: NotebookDiff): string {
    const cells = diff.cells.map((cell) => cellHtml(cell)).filter((html) => html !== "");
    const equal = diff.cells.length - cells.length;
    const rest =
      equal === 0 ? "" : `<p class="left-out">${equal} of ${diff.cells.length} code cells gave the same.</p>`;
    const note = diff.note === undefined ? "" : `<p><strong>${escapeHtml(diff.note)}</strong></p>`;
    return `<section><h2 id="${anchor(diff)}">${escapeHtml(diff.name)}</h2>${note}${cells.join("\n")}${rest}</section>`;
  }

  function cellHtml(cell: CellDiff): string {
    const parts = cell.outputs.filter(({ differences }) => differences.length > 0).map(outputHtml);
    if (hasOtherCode(cell)) parts.unshift(sourcesHtml(cell));
    if (parts.length === 0) return "";
    const place = [cell.a, cell.b].map((index) => (index === undefined ? "none" : String(index + 1)));
    const title = place[0] === place[1] ? `Cell ${place[0]}` : `Cell ${place[0]} of A, ${place[1]} of B`;
    return `<section class="cell"><h3>${title}</h3>${parts.join("\n")}</section>`;
  }

  function outputHtml(output: OutputDiff): string {
    if (output.tables !== undefined) return tableHtml(output, output.tables);
    const lines = output.differences
      .slice(0, most)
      .map(
        (it) =>
          `<tr${it.counts ? ' class="counts"' : ""}><td>${escapeHtml(it.where)}</td><td><del>${clip(it.a)}</del></td>` +
          `<td><ins>${clip(it.b)}</ins></td><td style="text-align:right">${it.relative === undefined ? "" : share(it.relative)}</td></tr>`,
      );
    const more = output.differences.length - lines.length;
    return (
      `<div class="scroll" role="region" tabindex="0" aria-label="${escapeHtml(output.what)}"><table><caption>${escapeHtml(output.what)}</caption>` +
      `<thead><tr><th scope="col">where</th><th scope="col">A</th><th scope="col">B</th><th scope="col" style="text-align:right">difference</th></tr></thead>` +
      `<tbody>${lines.join("")}</tbody></table></div>${more > 0 ? `<p class="left-out">and ${more} more</p>` : ""}`
    );
  }

  /** A single table with both values where they differ. */
  function tableHtml(output: OutputDiff, { a, b }: NonNullable<OutputDiff["tables"]>): string {
    const columns = [
      ...a.columns,
      ...b.columns.filter((column) => !a.columns.some(({ name }) => name === column.name)),
    ];
    const head = columns.map(
      (column) =>
        `<th scope="col" style="text-align:${column.align}">${escapeHtml(column.header)} <small>${escapeHtml(headerNote(column, a))}</small></th>`,
    );
    const body = Array.from({ length: Math.max(a.rows.length, b.rows.length) }, (_, row) => {
      const cells = columns.map(({ name, digits, align }) => {
        const { differences } = compareCells(a, b, row, name, tolerance);
        const [was, is] = [a.rows[row]?.[name], b.rows[row]?.[name]].map((cell) => formatCell(cell, digits));
        const shown = differences.length === 0 ? escapeHtml(was ?? "") : changeHtml(differences, was ?? "", is ?? "");
        return `<td style="text-align:${align}">${shown}</td>`;
      });
      return `<tr>${cells.join("")}</tr>`;
    });
    return (
      `<div class="scroll" role="region" tabindex="0" aria-label="${escapeHtml(output.what)}"><table><caption>${escapeHtml(a.caption)}</caption>` +
      `<thead><tr>${head.join("")}</tr></thead><tbody>${body.join("\n")}</tbody></table></div>`
    );
  }
}

function changeHtml(differences: readonly Difference[], was: string, is: string): string {
  const counts = differences.some((it) => it.counts);
  const relative = differences.reduce((most, it) => Math.max(most, it.relative ?? 0), 0);
  // Two numbers may differ only beyond the digits that the table shows.
  const both = was === is ? escapeHtml(was) : `<del>${escapeHtml(was)}</del> <ins>${escapeHtml(is)}</ins>`;
  return `<span class="${counts ? "counts" : "free"}">${both}${relative > 0 ? ` <small>${share(relative)}</small>` : ""}</span>`;
}

function sourcesHtml(cell: CellDiff): string {
  const one = (name: string, source: string) =>
    source === "" ? `<p class="left-out">not in ${name}</p>` : codeHtml(source, { open: true, note: name });
  return `<div class="sides">${one("A", cell.sourceA)}${one("B", cell.sourceB)}</div>`;
}

function clip(text: string): string {
  return escapeHtml(text.length > 400 ? `${text.slice(0, 400)}…` : text);
}

function share(relative: number): string {
  if (relative === 0) return "0";
  return Number.isFinite(relative) ? `${formatNumber(Number((relative * 100).toPrecision(2)))} %` : "∞";
}

function anchor(diff: NotebookDiff): string {
  return `n-${diff.name.replace(/[^A-Za-z0-9_.-]/g, "-")}`;
}
