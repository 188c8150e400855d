import { type Displayable, figure } from "../report";

/** What `watch` reads from a record; any other number in it can be shown by name. */
export interface Watchable {
  step: number;
  steps: number;
  imagesPerSecond: number;
  secondsLeft: number;
}

/** Most points in the figure; a small one cannot show more. */
const mostPoints = 200;
let made = 0;

/** A small figure of some of the records' numbers by step; each `watch` has one, which it redraws. */
export function progressFigure(
  names: readonly string[],
  title = "Training",
): (records: readonly Watchable[]) => Displayable {
  made += 1;
  const label = { id: `progress-${made}`, caption: `${title}: ${names.join(", ")} by step` };
  return (records) => figure(specOf(names, thinned(records)), label);
}

function specOf(names: readonly string[], records: readonly Watchable[]): Parameters<typeof figure>[0] {
  const values = records.flatMap((record) =>
    names.map((name) => ({ step: record.step, name, value: finite(record[name as keyof Watchable]) })),
  );
  return {
    data: { values },
    mark: "line",
    width: 360,
    height: 110,
    encoding: {
      x: { field: "step", type: "quantitative", title: "step", axis: { tickMinStep: 1 } },
      y: { field: "value", type: "quantitative", title: null, scale: { zero: false } },
      color: { field: "name", type: "nominal", title: null, scale: { domain: [...names] } },
    },
  };
}

/** The value if it is a finite number, else null: a diverged loss is a gap in the line. */
function finite(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** Every n-th record, and the last one. */
function thinned(records: readonly Watchable[]): readonly Watchable[] {
  const every = Math.ceil(records.length / mostPoints);
  return records.filter((_, at) => at % every === 0 || at === records.length - 1);
}
