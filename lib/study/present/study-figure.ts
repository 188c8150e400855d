import { type Displayable, type FigureSpec, figure } from "../../report";
import type { StudyResults } from "../store/results";
import { tableRows } from "./table-rows";

/** A study's numbers as a figure: every seed as a point, the mean and its 95 % interval; rows without any say so. */
export function studyFigure(results: StudyResults): Displayable {
  const { config } = results.study;
  const rows = tableRows(results);
  const order = config.rows.map(({ name }) => name);
  const seeds = results.cells.flatMap(({ row, column, seeds }) =>
    seeds.map(({ seed, top1 }) => ({ row, column, seed, top1 })),
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
  const isEmpty = (column: string) => !means.some((it) => it.column === column);
  const lacking = (column: string) =>
    rows.filter((it) => it.column === column && it.mean === null).map(({ row }) => ({ row, text: "not computed yet" }));
  const empty = (column: string): FigureSpec => ({
    ...(config.columns.length > 1 ? { title: column } : {}),
    data: { values: lacking(column) },
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
        encoding: { y, x: { field: "top1", type: "quantitative", scale } },
      },
      {
        data: { values: lacking(column) },
        mark: { type: "text", align: "left" },
        encoding: { y, x: { value: 4 }, text: { field: "text" } },
      },
    ],
  });
  const caption =
    "Each point a training seed, the tick their mean, the line its 95 % interval (Student's t over seeds)";
  return figure(
    { vconcat: config.columns.map(({ name }) => (isEmpty(name) ? empty(name) : panel(name))) },
    { id: `${config.name}-figure`, caption },
  );
}
