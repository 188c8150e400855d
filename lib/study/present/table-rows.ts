import { summarize } from "../../evaluate";
import type { CellResult, StudyResults } from "../store/results";
import { cellOf, halfWidth, missingText } from "../verdicts/cells";
import { pairedEffect } from "../verdicts/effects";
import { pairedDifferences } from "../verdicts/paired";

/** One cell of a table as data: percent, with everything behind the mean. */
export interface TableRow {
  row: string;
  column: string;
  /** Mean over training seeds, percent; null: no result. */
  mean: number | null;
  /** Standard deviation over training seeds, points. */
  std: number | null;
  /** Half the 95 % interval of the mean, Student's t over training seeds. */
  interval95: number | null;
  n: number;
  seeds: string;
  labels: number | null;
  /** Paired difference from the first trained row, points, with half its 95 % interval over seeds and label subsets. */
  gain: number | null;
  gain95: number | null;
  paper: number | null;
  paperSource: string | null;
  protocol: string | null;
  /** Remark on the fits: `3 of 12 fits chose the first or last candidate`; null for none. */
  fits: string | null;
  missing: string | null;
  [column: string]: string | number | null;
}

/** A study's results as rows, one per cell: what its table shows and `exportStudy` writes. */
export function tableRows(results: StudyResults): TableRow[] {
  const { config } = results.study;
  const first = config.rows.find((row) => row.source === "trained");
  return config.columns.flatMap((column) =>
    config.rows.map((row): TableRow => {
      const cell = cellOf(results, row.name, column.name);
      const base = first && first !== row && row.source === "trained" ? cellOf(results, first.name, column.name) : null;
      const differences = pairedDifferences(cell.seeds, base?.seeds, ({ top1 }) => top1);
      const paper = row.paper[column.name];
      return {
        row: row.name,
        column: column.name,
        mean: cell.summary?.mean ?? null,
        std: cell.summary?.std ?? null,
        interval95: halfWidth(cell.summary),
        n: cell.seeds.length,
        seeds: row.source === "raw-pixels" ? "none" : cell.seeds.map(({ seed }) => seed).join(", "),
        labels: cell.seeds[0]?.labels ?? null,
        gain: differences.length > 0 ? summarize(differences).mean : null,
        gain95: base && halfWidth(pairedEffect(cell, base)),
        paper: paper?.value ?? null,
        paperSource: paper?.source ?? null,
        protocol: cell.seeds[0]?.protocol ?? null,
        fits: fitsText(cell),
        missing: missingText(cell),
      };
    }),
  );
}

function fitsText({ seeds }: CellResult): string | null {
  const sum = (of: (fits: CellResult["seeds"][number]["fits"]) => number) =>
    seeds.reduce((total, { fits }) => total + of(fits), 0);
  const [count, atEdge, unconverged] = [sum((it) => it.count), sum((it) => it.atEdge), sum((it) => it.unconverged)];
  const told = [
    ...(atEdge > 0 ? [`${atEdge} of ${count} fits chose the first or last candidate`] : []),
    ...(unconverged > 0 ? [`${unconverged} of ${count} fits did not converge`] : []),
  ];
  return told.length === 0 ? null : told.join("; ");
}
