import { type Summary, summarize } from "../../evaluate";
import type { CellResult, StudyResults } from "../store/results";
import { pairedDifferences } from "./paired";

/** One number of a study: one training, evaluation and label subset. */
export interface StudyNumber {
  column: string;
  row: string;
  seed: number;
  /** Index among the label subsets; null for what is missing. */
  subset: number | null;
  labels: number | null;
  /** Percent of the test images; null for what is missing. */
  top1: number | null;
  /** The paper's percent for the row and column; null where it is lost or the paper has no such row. */
  paper: number | null;
  [column: string]: string | number | null;
}

/** Every number of a study's results, present or missing, one per row: `arquero().from(studyNumbers(results))`. */
export function studyNumbers({ study, cells }: StudyResults): StudyNumber[] {
  return cells.flatMap(({ row, column, seeds, missing }) => {
    const paper = study.config.rows.find(({ name }) => name === row)?.paper[column]?.value ?? null;
    const measured = seeds.flatMap(({ seed, subsets, labels }) =>
      subsets.map((top1, subset) => ({ column, row, seed, subset, labels, top1, paper })),
    );
    const none = { subset: null, labels: null, top1: null, paper };
    return [...measured, ...missing.map(({ seed }) => ({ column, row, seed, ...none }))];
  });
}

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
  /** Paired difference from the first trained row, points, with half its 95 % interval. */
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
      const gain = differences.length > 0 ? summarize(differences) : null;
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
        gain: gain?.mean ?? null,
        gain95: halfWidth(gain),
        paper: paper?.value ?? null,
        paperSource: paper?.source ?? null,
        protocol: cell.seeds[0]?.protocol ?? null,
        fits: fitsText(cell),
        missing: missingText(cell),
      };
    }),
  );
}

/** `seed 2: failed: out of memory; seeds 3, 4: not computed yet`; null where nothing is missing. */
export function missingText({ missing }: CellResult): string | null {
  const reasons = [...new Set(missing.map(({ why }) => why))].map((reason) => {
    const seeds = missing.filter(({ why }) => why === reason).map(({ seed }) => seed);
    return `${seedsText(seeds)}: ${reason}`;
  });
  return reasons.length === 0 ? null : reasons.join("; ");
}

/** `seed 4`, or `seeds 4, 5, 6`. */
export function seedsText(seeds: readonly number[]): string {
  return `${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}`;
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

/** The cell at a row and column, given by name. */
export function cellOf({ cells }: StudyResults, row: string, column: string): CellResult {
  return cells.find((cell) => cell.row === row && cell.column === column) as CellResult;
}

/** A cell's result of a seed; that of raw pixels, which have no seed, is every seed's. */
export function seedResult({ seedless, seeds }: CellResult, seed: number): CellResult["seeds"][number] | undefined {
  return seedless ? seeds[0] : seeds.find((one) => one.seed === seed);
}

/** A number with its spread and count as a table's cell shows them; null where nothing was measured. */
export function measured(value: number | null, spread: number | null, n?: number) {
  if (value === null) return null;
  return { value, ...(spread === null ? {} : { spread }), ...(n === undefined ? {} : { n }) };
}

/** Half a 95 % interval. */
export function halfWidth(summary: Summary | null): number | null {
  return summary?.interval ? (summary.interval[1] - summary.interval[0]) / 2 : null;
}
