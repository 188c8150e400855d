import type { FigureSpec } from "./figure-spec";

/** Whether an input of the specification asks for a place in the page around it, which it would empty. */
export function bindsElement(spec: unknown): boolean {
  return parts(spec).some((part) => typeof part.bind === "object" && part.bind !== null && hasElement(part.bind));
}

/** The same figure for a drawing that nobody can resize: what is as wide or high as its container takes the usual size. */
export function withoutContainer(spec: FigureSpec): FigureSpec {
  const copy = structuredClone(spec);
  for (const part of parts(copy)) {
    for (const side of ["width", "height"]) if (part[side] === "container") delete part[side];
  }
  return copy;
}

/** Whether a specification has data of its own and all of them are empty: a figure of nothing yet, and no mistake. */
export function isEmpty(spec: FigureSpec): boolean {
  const values = parts(spec).flatMap(({ data }) => {
    const rows = (data as { values?: unknown } | null | undefined)?.values;
    return Array.isArray(rows) ? [rows] : [];
  });
  return values.length > 0 && values.every((rows) => rows.length === 0);
}

/** A copy in which no scale is logarithmic: of no rows there is no logarithm to take. */
export function withoutLogScales(spec: FigureSpec): FigureSpec {
  const plain = (name: string, value: unknown) => (name === "scale" && isLog(value) ? undefined : value);
  return JSON.parse(JSON.stringify(spec, plain)) as FigureSpec;
}

function isLog(scale: unknown): boolean {
  return (scale as { type?: unknown } | null | undefined)?.type === "log";
}

/** Names of the fields that the rows of a specification have. */
export function fieldsOf(spec: FigureSpec): string[] {
  const rows = parts(spec).flatMap(({ data }) => {
    const values = (data as { values?: unknown } | null | undefined)?.values;
    return Array.isArray(values) ? values : [];
  });
  return [...new Set(rows.flatMap((row) => (typeof row === "object" && row !== null ? Object.keys(row) : [])))];
}

function hasElement(bind: object): boolean {
  return parts(bind).some((part) => part.element !== undefined);
}

/** All objects of a specification but the rows of its data. */
function parts(spec: unknown): Record<string, unknown>[] {
  const found: Record<string, unknown>[] = [];
  const waiting: unknown[] = [spec];
  while (waiting.length > 0) {
    const one = waiting.pop();
    if (typeof one !== "object" || one === null) continue;
    if (!Array.isArray(one)) found.push(one as Record<string, unknown>);
    for (const [key, value] of Object.entries(one)) if (key !== "values" && key !== "datasets") waiting.push(value);
  }
  return found;
}
