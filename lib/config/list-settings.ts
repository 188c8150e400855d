import { RunConfig } from "./run";
import { units } from "./units";

/** A setting of a run. */
export interface Setting {
  /** `noise.level` */
  name: string;
  /** Default as JSON; `preset` where every preset sets it, `none` where it may be left out. */
  default: string;
  /** Allowed values, where they are a list of words. */
  values: string[] | null;
  /** `pixels`; null for words, switches, and numbers without one. */
  unit: string | null;
}

/** The part of a zod schema that is read here. */
interface Schema {
  def: { type: string; defaultValue?: unknown; innerType?: Schema; element?: Schema; entries?: Record<string, string> };
  shape?: Record<string, Schema>;
}

/**
 * Every setting of a run, part by part.
 *
 * @param part  keeps only settings whose names begin with it: `noise`, `train.checkpoint`
 */
export function listSettings(part = ""): Setting[] {
  return below(RunConfig as unknown as Schema, []).filter(
    ({ name }) => part === "" || name === part || name.startsWith(`${part}.`),
  );
}

function below(schema: Schema, path: string[]): Setting[] {
  let inner = schema;
  let written = "preset";
  while (inner.def.innerType) {
    if (inner.def.type === "default") written = asText(inner.def.defaultValue);
    if (inner.def.type === "optional") written = "none";
    inner = inner.def.innerType;
  }
  if (inner.shape) return Object.entries(inner.shape).flatMap(([key, entry]) => below(entry, [...path, key]));
  const { entries } = inner.def;
  const name = path.join(".");
  return [{ name, default: written, values: entries ? Object.values(entries) : null, unit: units[name] ?? null }];
}

function asText(value: unknown): string {
  if (Array.isArray(value) && value.length > 10) return `${value.length} numbers from ${value[0]} to ${value.at(-1)}`;
  return typeof value === "number" ? plain(value) : JSON.stringify(value);
}

/** A number as a person writes it: 0.0001, but 1e-8 where there would be too many zeros. */
function plain(value: number): string {
  const digits = value.toFixed(6);
  return Number(digits) === value ? digits.replace(/\.?0+$/, "") || "0" : String(value);
}
