import type { StudyRow } from "../../config";
import { type Summary, summarize } from "../../evaluate";
import { type Displayable, type FigureSpec, figure, table } from "../../report";
import type { CellResult, StudyResults } from "../store/results";
import type { Study } from "../study";
import { conclude, interval, seedDifferences } from "./conclusion";

/** One row of a table as data: percent, with everything that stands behind the mean. */
export interface TableRow {
  row: string;
  column: string;
  /** Mean over training seeds, percent; null: no result. */
  mean: number | null;
  /** Standard deviation over training seeds, percent points. */
  std: number | null;
  /** Half the 95 % interval of the mean, Student's t over training seeds. */
  interval95: number | null;
  n: number;
  seeds: string;
  labels: number | null;
  /** Paired difference from the first trained row, percent points, with half its 95 % interval. */
  gain: number | null;
  gain95: number | null;
  paper: number | null;
  paperSource: string | null;
  protocol: string | null;
  missing: string | null;
}

/** A study's results as rows: what `studyTable` shows and `exportStudy` writes. */
export function tableRows(results: StudyResults): TableRow[] {
  const { config } = results.study;
  const first = config.rows.find((row) => row.source === "trained");
  return config.columns.flatMap((column) =>
    config.rows.map((row): TableRow => {
      const cell = cellOf(results, row, column.name);
      const base = first && first !== row && row.source === "trained" ? cellOf(results, first, column.name) : undefined;
      const differences = seedDifferences(cell, base);
      const gain = differences.length > 0 ? summarize(differences) : null;
      const paper = row.paper[column.name];
      const percent = (share: number | null | undefined) =>
        share === null || share === undefined ? null : 100 * share;
      return {
        row: row.name,
        column: column.name,
        mean: percent(cell.summary?.mean),
        std: percent(cell.summary?.std),
        interval95: halfWidth(cell.summary),
        n: cell.seeds.length,
        seeds: row.source === "raw-pixels" ? "none" : cell.seeds.map(({ seed }) => seed).join(", "),
        labels: cell.seeds[0]?.labels ?? null,
        gain: percent(gain?.mean),
        gain95: halfWidth(gain),
        paper: paper?.value ?? null,
        paperSource: paper?.source ?? null,
        protocol: cell.seeds[0]?.protocol ?? null,
        missing:
          cell.missing.length === 0 ? null : cell.missing.map(({ seed, why }) => `seed ${seed}: ${why}`).join("; "),
      };
    }),
  );
}

/** Half a 95 % interval in percent points. */
function halfWidth(summary: Summary | null): number | null {
  return summary?.interval ? 50 * (summary.interval[1] - summary.interval[0]) : null;
}

function cellOf(results: StudyResults, row: StudyRow, column: string): CellResult {
  return results.cells.find((cell) => cell.row === row.name && cell.column === column) as CellResult;
}

/** The table of a study: measured mean ± standard deviation over training seeds, n, seeds, and the paper's value beside. */
export function studyTable(results: StudyResults): Displayable {
  const { config, preset } = results.study;
  const first = config.rows.find((row) => row.source === "trained")?.name;
  const several = config.columns.length > 1;
  const rows = tableRows(results).map((it) => ({
    ...(several ? { column: it.column } : {}),
    row: it.row,
    ...(several ? { labels: it.labels } : {}),
    "top-1": measured(it.mean, it.std, it.n),
    seeds: it.seeds,
    ...(config.rows.filter((row) => row.source === "trained").length > 1
      ? { gain: measured(it.gain, it.gain95, undefined) }
      : {}),
    paper: it.paper ?? (it.paperSource === null ? "no such row" : "lost"),
    ...(results.cells.some(({ missing }) => missing.length > 0) ? { missing: it.missing ?? "" } : {}),
  }));
  const caption =
    `${config.title}, preset ${preset}: test accuracy, mean ± standard deviation over training seeds` +
    `${first === undefined ? "" : `; gain over "${first}" seed by seed, ± half its 95 % interval`}. Paper: ViT-B/16 on ImageNet-1k.`;
  return table(rows, {
    id: config.name,
    caption,
    columns: {
      ...(several ? { column: { header: "labels, layers" } } : {}),
      row: { header: "" },
      "top-1": { unit: "%", digits: 1 },
      gain: { unit: "points", digits: 1 },
      paper: { header: "paper's top-1", unit: "%", digits: 1, align: "right" },
    },
  });
}

function measured(value: number | null, spread: number | null, n: number | undefined) {
  if (value === null) return null;
  return { value, ...(spread === null ? {} : { spread }), ...(n === undefined ? {} : { n }) };
}

/** The same numbers drawn: every seed as a point, the mean and its 95 % interval, the paper's value where it is known. */
export function studyFigure(results: StudyResults): Displayable {
  const { config } = results.study;
  const rows = tableRows(results);
  const order = config.rows.map(({ name }) => name);
  const seeds = results.cells.flatMap(({ row, column, seeds }) =>
    seeds.map(({ seed, accuracy }) => ({ row, column, seed, accuracy: 100 * accuracy })),
  );
  const means = rows
    .filter(({ mean }) => mean !== null)
    .map(({ row, column, mean, interval95 }) => ({
      row,
      column,
      mean,
      low: (mean as number) - (interval95 ?? 0),
      high: (mean as number) + (interval95 ?? 0),
    }));
  const y = { field: "row", type: "nominal" as const, sort: order, title: null };
  const scale = { zero: false };
  const empty = (column: string): FigureSpec => ({
    ...(config.columns.length > 1 ? { title: column } : {}),
    data: { values: order.map((row) => ({ row, text: "not computed yet" })) },
    mark: "text",
    encoding: { y, text: { field: "text" } },
  });
  const panel = (column: string): FigureSpec => ({
    ...(config.columns.length > 1 ? { title: column } : {}),
    width: 380,
    height: { step: 26 },
    layer: [
      {
        data: { values: means.filter((it) => it.column === column) },
        mark: { type: "rule", strokeWidth: 2 },
        encoding: {
          y,
          x: { field: "low", type: "quantitative", scale, title: "top-1 (%)" },
          x2: { field: "high" },
        },
      },
      {
        data: { values: means.filter((it) => it.column === column) },
        mark: { type: "tick", thickness: 3, size: 16 },
        encoding: { y, x: { field: "mean", type: "quantitative", scale } },
      },
      {
        data: { values: seeds.filter((it) => it.column === column) },
        mark: { type: "point", filled: true, opacity: 0.7 },
        encoding: { y, x: { field: "accuracy", type: "quantitative", scale } },
      },
    ],
  });
  const caption =
    "Each point a training seed, the tick their mean, the line its 95 % interval (Student's t over seeds)";
  return figure(
    { vconcat: config.columns.map(({ name }) => (means.some((it) => it.column === name) ? panel(name) : empty(name))) },
    { id: `${config.name}-figure`, caption },
  );
}

/** Every claimed ordering with its measured difference, the paper's, and the verdict. */
export function claimTable(results: StudyResults): Displayable {
  const rows = conclude(results).claims.flatMap(({ claim, comparisons }) =>
    comparisons.map(({ above, below, column, summary, paper, verdict }) => ({
      claim: claim.says,
      difference: `${above} − ${below}`,
      ...(results.study.config.columns.length > 1 ? { column } : {}),
      measured: interval(summary),
      paper: paper ?? "not known",
      verdict,
    })),
  );
  return table(rows, {
    id: `${results.study.config.name}-claims`,
    caption: "What is claimed, seed by seed, and what the intervals say",
    columns: {
      claim: {},
      difference: {},
      ...(results.study.config.columns.length > 1 ? { column: { header: "labels, layers" } } : {}),
      measured: {},
      paper: { header: "paper", unit: "points", digits: 1, align: "right" },
      verdict: {},
    },
  });
}

/** Numbers that others published, beside ours and not ours. */
export function citedTable(study: Study): Displayable {
  const rows = study.config.cited.map(({ what, top1, source }) => ({ what, "top-1": top1, source }));
  return table(rows, {
    id: `${study.config.name}-cited`,
    caption: "Published by others on ImageNet-1k: cited, not measured here",
    columns: { what: { header: "" }, "top-1": { unit: "%", digits: 1 } },
  });
}

/**
 * One row less another on the same label subsets, training seed by training seed: the mean over subsets ± half its 95 %
 * interval. It speaks of label subsets; whether another training would do the same is what `claimTable` asks.
 */
export function pairedTable(results: StudyResults, rows: { above: string; below: string }): Displayable {
  const { config } = results.study;
  const pairs = config.columns.flatMap(({ name }) => {
    const cell = (row: string) => results.cells.find((it) => it.row === row && it.column === name);
    return (cell(rows.above)?.seeds ?? []).flatMap(({ seed, subsets, labels }) => {
      const other = cell(rows.below)?.seeds.find((it) => it.seed === seed);
      if (!other || other.subsets.length !== subsets.length) return [];
      const gain = summarize(subsets.map((share, index) => share - (other.subsets[index] as number)));
      return [{ column: name, labels, seed, gain: measured(100 * gain.mean, halfWidth(gain), gain.n) }];
    });
  });
  return table(pairs, {
    id: `${config.name}-pairs`,
    caption: `${rows.above} less ${rows.below} on the same label subsets: mean ± half its 95 % interval over subsets`,
    columns: {
      column: { header: "labels, layers" },
      seed: { header: "training seed" },
      gain: { unit: "points", digits: 1 },
    },
  });
}
