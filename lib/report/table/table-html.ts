import { escapeHtml } from "../escape";
import { formatCell, isMeasured, numberOf } from "./cell";
import { bestCells, headerNote, type TableModel } from "./table-model";

/**
 * A table as HTML in which every piece of text is escaped: caption, headers, units and cells.
 *
 * @param options.sortable whether each header has a button, for the page's script
 * @param options.caption  HTML for the caption in place of the escaped caption, for a page that numbers its tables
 */
export function tableHtml(table: TableModel, options: { sortable?: boolean; caption?: string } = {}): string {
  const style = (align: string) => `style="text-align:${align};font-variant-numeric:tabular-nums"`;
  const head = table.columns.map((column) => {
    const note = headerNote(column, table);
    // Names of settings may break behind their dots.
    const header = escapeHtml(column.header).replaceAll(/\.(?=\w)/g, ".<wbr>");
    const text = `${header}${note === "" ? "" : ` <small>${escapeHtml(note)}</small>`}`;
    const label = options.sortable ? `<button type="button">${text}</button>` : text;
    return `<th scope="col" ${style(column.align)}>${label}</th>`;
  });
  const isBest = bestCells(table);
  const body = table.rows.map((row) => {
    const cells = table.columns.map((column) => {
      const cell = row[column.name];
      const value = numberOf(cell);
      const title =
        cell === null || cell === undefined
          ? ' title="not known"'
          : isMeasured(cell) && cell.n !== undefined
            ? ` title="n = ${cell.n}"`
            : "";
      const text = escapeHtml(formatCell(cell, column.digits));
      const marked = isBest(cell, column) ? `<strong>${text}</strong>` : text;
      const sortValue = options.sortable && value !== undefined ? ` data-value="${value}"` : "";
      return `<td ${style(column.align)}${title}${sortValue}>${marked}</td>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  const caption = options.caption ?? escapeHtml(table.caption);
  return `<table><caption>${caption}</caption><thead><tr>${head.join("")}</tr></thead><tbody>${body.join("\n")}</tbody></table>`;
}
