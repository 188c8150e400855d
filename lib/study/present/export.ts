import type { StudyResults } from "../store/results";
import { conclude } from "./conclusion";
import { type TableRow, tableRows } from "./study-table";

export const exportFormats = ["csv", "json", "latex", "markdown"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** A study's results as text for other tools: CSV (RFC 4180), JSON, a LaTeX `tabular` (booktabs), or a Markdown table. */
export function exportStudy(results: StudyResults, format: ExportFormat): string {
  const rows = tableRows(results);
  if (format === "csv") return csv(rows);
  if (format === "json") return json(results, rows);
  return format === "latex" ? latex(results, rows) : markdown(results, rows);
}

function csv(rows: readonly TableRow[]): string {
  const names = Object.keys(rows[0] ?? {}) as (keyof TableRow)[];
  const quoted = (value: string) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const lines = [names, ...rows.map((row) => names.map((name) => row[name]))];
  return lines.map((line) => `${line.map((value) => quoted(String(value ?? ""))).join(",")}\r\n`).join("");
}

function json(results: StudyResults, rows: readonly TableRow[]): string {
  const { study, cells, problems, data } = results;
  const { name, title, asks, found, cited } = study.config;
  const claims = conclude(results).claims.map(({ claim, comparisons, verdict }) => ({
    says: claim.says,
    by: claim.by,
    verdict,
    comparisons,
  }));
  const whole = { name, title, preset: study.preset, seeds: study.seeds, data, asks, found, rows, claims, cited };
  return `${JSON.stringify({ ...whole, cells, problems }, null, 2)}\n`;
}

function measured(row: TableRow, plusMinus: string): string {
  if (row.mean === null) return "--";
  return row.std === null ? row.mean.toFixed(1) : `${row.mean.toFixed(1)} ${plusMinus} ${row.std.toFixed(1)}`;
}

function paper(row: TableRow): string {
  return row.paper?.toFixed(1) ?? (row.paperSource === null ? "--" : "lost");
}

function latex({ study }: StudyResults, rows: readonly TableRow[]): string {
  const several = study.config.columns.length > 1;
  const header = [...(several ? ["labels, layers"] : []), "", "top-1 (\\%)", "$n$", "paper"];
  const lines = rows.map((row) => [
    ...(several ? [escapeLatex(row.column)] : []),
    escapeLatex(row.row),
    measured(row, "$\\pm$"),
    String(row.n),
    paper(row),
  ]);
  return [
    `% ${study.config.title}; preset ${study.preset}; mean and standard deviation over ${study.seeds.length} training seeds`,
    `\\begin{tabular}{${"l".repeat(several ? 2 : 1)}rrr}`,
    "\\toprule",
    `${header.join(" & ")} \\\\`,
    "\\midrule",
    ...lines.map((line) => `${line.join(" & ")} \\\\`),
    "\\bottomrule",
    "\\end{tabular}",
    "",
  ].join("\n");
}

const greek: Readonly<Record<string, string>> = { λ: "$\\lambda$", σ: "$\\sigma$", "−": "$-$", "±": "$\\pm$" };

function escapeLatex(text: string): string {
  return text
    .replace(/[\\&%$#_{}~^]/g, (sign) =>
      sign === "\\" ? "\\textbackslash{}" : sign === "~" || sign === "^" ? `\\${sign}{}` : `\\${sign}`,
    )
    .replace(/[λσ−±]/g, (sign) => greek[sign] as string);
}

function markdown({ study }: StudyResults, rows: readonly TableRow[]): string {
  const several = study.config.columns.length > 1;
  const cell = (text: string) => text.replace(/[|\\]/g, "\\$&");
  const header = [...(several ? ["labels, layers"] : []), "row", "top-1 (%)", "n", "seeds", "paper"];
  const lines = rows.map((row) => [
    ...(several ? [cell(row.column)] : []),
    cell(row.row),
    measured(row, "±"),
    String(row.n),
    row.seeds,
    paper(row),
  ]);
  const rule = header.map((name) => (name === "top-1 (%)" || name === "n" || name === "paper" ? "--:" : ":--"));
  return [header, rule, ...lines].map((line) => `| ${line.join(" | ")} |\n`).join("");
}
