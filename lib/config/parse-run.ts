import { ConfigError } from "../errors";
import { crossFieldProblems } from "./cross-field";
import { type PresetName, presets } from "./presets";
import { type Run, RunConfig, type RunSettings } from "./run";
import { describeIssues, nearest } from "./validation-messages";

/** What a person writes: a preset and the settings that differ from it. */
export interface RunInput extends RunSettings {
  preset?: PresetName;
}

/**
 * A whole, checked run: the preset's settings (default: `demo`) with the given ones laid over them.
 *
 * Objects are merged key by key, lists and null replace. Every problem is named in one error, so that a person mends
 * all of them at once.
 *
 * @throws {ConfigError} for an unknown key, a wrong type or value, or settings that contradict one another
 */
export function parseRun(input: RunInput = {}): Run {
  const { preset = "demo", ...given } = input;
  const start = Object.hasOwn(presets, preset) ? presets[preset] : undefined;
  if (!start) {
    const names = Object.keys(presets);
    const hint = nearest(String(preset), names);
    throw new ConfigError(
      `preset: expected one of ${names.join(", ")}, got ${JSON.stringify(preset)}${hint ? `; did you mean "${hint}"?` : ""}`,
    );
  }
  const merged = withImageSize({ ...layOver(start.settings, given), preset });
  const parsed = RunConfig.safeParse(merged);
  const problems = parsed.success
    ? crossFieldProblems(parsed.data)
    : describeIssues(parsed.error.issues, RunConfig, merged);
  if (!parsed.success || problems.length > 0) throw new ConfigError(`run settings: ${problems.join("\n  ")}`);
  return parsed.data;
}

type Json = Record<string, unknown>;

/** Images that come in any size are cut to the size that the model takes. */
function withImageSize(run: Json): Json {
  const { data, model } = run;
  if (!isObject(data) || !isObject(model) || (data.name ?? "fashion-mnist") === "fashion-mnist") return run;
  return { ...run, data: { imageSize: model.imageSize, ...data } };
}

/** `over` laid over `under`: objects merged key by key; lists, null and all else replace; undefined leaves. */
export function layOver(under: Json, over: Json): Json {
  const merged: Json = { ...under };
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue;
    const below = merged[key];
    merged[key] = isObject(below) && isObject(value) ? layOver(below, value) : value;
  }
  return merged;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
