import { type Displayable, table } from "../report";
import type { Watchable } from "./progress-figure";

/** Records of a long history shown at its beginning and at its end. */
const ends = 5;
const mostColumns = 8;

/** A training run's records by step; of many, the first and the last ones. */
export function historyTable<R extends Watchable>(
  history: readonly R[],
  show: readonly (keyof R & string)[] = [],
): Displayable {
  const numbers = Object.entries(history[0] ?? { step: 0 }).flatMap(([name, value]) =>
    typeof value === "number" ? [name] : [],
  );
  const names = [...new Set(["step", ...show, ...numbers])].slice(0, mostColumns);
  const isLong = history.length > 2 * ends;
  const shown = isLong ? [...history.slice(0, ends), ...history.slice(-ends)] : history;
  const rows = shown.map((record) =>
    Object.fromEntries(names.map((name) => [name, record[name as keyof R] as number | null])),
  );
  const rest = numbers.filter((name) => !names.includes(name));
  const caption = [
    `${history.length} ${history.length === 1 ? "record" : "records"}${isLong ? `, the first and last ${ends} of them` : ""}`,
    ...(rest.length > 0 ? [`not shown: ${rest.join(", ")}`] : []),
  ];
  return table(rows, { id: "history", caption: `${caption.join("; ")}.` });
}
