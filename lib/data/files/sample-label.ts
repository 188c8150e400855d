import { isPlainObject } from "../../plain-object";
import { withoutByteOrderMark } from "../../system";

/** What a sample says about its class: a number, nothing at all, or something that is not a class. */
export type SampleLabel = { label: number } | { found: string } | null;

const LARGEST = 1e6;

/** The label in a label file: `.cls` holds a class number, `.json` has one at `label`, `cls` or `class`. */
export function parseLabel(ending: "cls" | "json", content: string): SampleLabel {
  const text = withoutByteOrderMark(content).trim();
  if (ending === "cls") return labelOf(text, text === "" ? undefined : text);
  let parsed: unknown;
  try {
    parsed = JSON.parse(withoutNaN(text));
  } catch (error) {
    return { found: `JSON that cannot be read (${(error as Error).message})` };
  }
  if (!isPlainObject(parsed)) return { found: short(text) };
  const { label, cls, class: ofClass } = parsed;
  const value = label ?? cls ?? ofClass;
  return labelOf(short(JSON.stringify(value) ?? ""), value);
}

/** Only numbers and digits are numbers: `Number([])` is 0 and `Number(true)` is 1. */
function labelOf(found: string, value: unknown): SampleLabel {
  if (value === undefined || value === null) return null;
  const isNumber = typeof value === "number" || (typeof value === "string" && /^\s*\d+\s*$/.test(value));
  const label = Number(value);
  return isNumber && Number.isInteger(label) && label >= 0 && label < LARGEST ? { label } : { found };
}

function short(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/**
 * Python's json writes NaN and Infinity, which JSON does not have. A string without an end is taken whole too: to look for
 * its end anew from each quote in it would take hours for a megabyte.
 */
function withoutNaN(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"?|-?\b(?:NaN|Infinity)\b/g, (it) => (it.startsWith('"') ? it : "null"));
}
