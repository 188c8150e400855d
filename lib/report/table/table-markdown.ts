import { formatCell } from "./cell";
import { bestCells, headerNote, type TableModel } from "./table-model";

const rules = { left: ":--", right: "--:", center: ":-:" } as const;

/** The table as GitHub-flavored Markdown, rounded as shown, without its caption. */
export function tableMarkdown(table: TableModel): string {
  const text = (words: string) => words.replace(/[|\\]/g, "\\$&").replace(/\s+/g, " ");
  const header = table.columns.map((column) => text([column.header, headerNote(column, table)].join(" ").trim()));
  const rule = table.columns.map(({ align }) => rules[align]);
  const isBest = bestCells(table);
  const rows = table.rows.map((row) =>
    table.columns.map((column) => {
      const cell = text(formatCell(row[column.name], column.digits));
      return isBest(row[column.name], column) ? `**${cell}**` : cell;
    }),
  );
  return [header, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}
