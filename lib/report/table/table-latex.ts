import { formatCell, isMeasured } from "./cell";
import { bestCells, headerNote, type TableModel } from "./table-model";

/** The table as a LaTeX `tabular` with booktabs rules, rounded as shown; the caption is a comment above it. */
export function tableLatex(table: TableModel): string {
  const header = table.columns.map((column) =>
    escapeLatex([column.header, headerNote(column, table)].join(" ").trim()),
  );
  const isBest = bestCells(table);
  const rows = table.rows.map((row) =>
    table.columns.map((column) => {
      const cell = row[column.name];
      if (cell === null || cell === undefined) return "--";
      const text = escapeLatex(formatCell(cell, column.digits), isMeasured(cell));
      return isBest(cell, column) ? `\\textbf{${text}}` : text;
    }),
  );
  const line = (cells: readonly string[]) => `${cells.join(" & ")} \\\\`;
  return [
    ...table.caption.split("\n").map((words) => `% ${words}`),
    `\\begin{tabular}{${table.columns.map(({ align }) => align[0]).join("")}}`,
    "\\toprule",
    line(header),
    "\\midrule",
    ...rows.map(line),
    "\\bottomrule",
    "\\end{tabular}",
    "",
  ].join("\n");
}

const signs: Readonly<Record<string, string>> = {
  λ: "$\\lambda$",
  σ: "$\\sigma$",
  "−": "$-$",
  "±": "$\\pm$",
  "≤": "$\\le$",
  "≥": "$\\ge$",
  "—": "--",
};

function escapeLatex(text: string, isNumber = false): string {
  const escaped = isNumber
    ? text
    : text.replace(/[\\&%$#_{}~^<>]/g, (sign) =>
        sign === "\\"
          ? "\\textbackslash{}"
          : /[~^]/.test(sign)
            ? `\\${sign}{}`
            : /[<>]/.test(sign)
              ? `$${sign}$`
              : `\\${sign}`,
      );
  return escaped.replace(/[λσ−±≤≥—]/g, (sign) => signs[sign] as string);
}
