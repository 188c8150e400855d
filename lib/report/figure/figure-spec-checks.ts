import type { FigureSpec } from "./figure-spec";

/** Whether an input of the specification binds to an element of the page around it, which it would empty. */
export function bindsElement(spec: unknown): boolean {
  return parts(spec).some((part) => typeof part.bind === "object" && part.bind !== null && hasElement(part.bind));
}

/** The same figure for a static drawing: anything as wide or high as its container gets the default size. */
export function withoutContainer(spec: FigureSpec): FigureSpec {
  const copy = structuredClone(spec);
  for (const part of parts(copy)) {
    for (const side of ["width", "height"]) if (part[side] === "container") delete part[side];
  }
  return copy;
}

/** Whether a specification has its own data, all of it empty: a figure of nothing yet, which is not an error. */
export function isEmpty(spec: FigureSpec): boolean {
  const values = parts(spec).flatMap(({ data }) => {
    const rows = (data as { values?: unknown } | null | undefined)?.values;
    return Array.isArray(rows) ? [rows] : [];
  });
  return values.length > 0 && values.every((rows) => rows.length === 0);
}

/** A copy without logarithmic scales, which are undefined when there are no rows. */
export function withoutLogScales(spec: FigureSpec): FigureSpec {
  const plain = (name: string, value: unknown) => (name === "scale" && isLog(value) ? undefined : value);
  return JSON.parse(JSON.stringify(spec, plain)) as FigureSpec;
}

function isLog(scale: unknown): boolean {
  return (scale as { type?: unknown } | null | undefined)?.type === "log";
}

/** Names of the fields in a specification's rows. */
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

/** All objects in a specification except its data rows. */
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
