import { ConfigError } from "../errors";
import { isPlainObject } from "../plain-object";
import { type Summary, settingsLine, withSummary } from "../summary";
import { crossFieldProblems } from "./cross-field";
import { datasetConflicts } from "./dataset-conflicts";
import { datasets, isDatasetName } from "./datasets";
import { type PresetName, presets } from "./presets";
import { type Run, RunConfig, type RunSettings } from "./run";
import { describeIssues, nearest, quote } from "./validation-messages";

/** What a user writes: a preset and the settings that differ from it. */
export interface RunInput extends RunSettings {
  preset?: PresetName;
}

/**
 * A complete, validated run: the preset's settings (default: `demo`) with the given ones merged over them.
 *
 * Objects are merged key by key; lists and null replace. Every problem is reported in one error, so that all can be
 * fixed at once.
 *
 * @throws {ConfigError} for an unknown key, a wrong type or value, or settings that contradict one another
 */
export function parseRun(input: RunInput = {}): Run {
  if (!isPlainObject(input))
    throw new ConfigError(`run settings: expected an object such as { preset: "demo" }, got ${quote(input)}`);
  const { preset = "demo", ...given } = input as RunInput;
  const start = Object.hasOwn(presets, preset) ? presets[preset] : undefined;
  if (!start) {
    const names = Object.keys(presets);
    const hint = nearest(String(preset), names);
    throw new ConfigError(
      `preset: expected one of ${names.join(", ")}, got ${quote(preset)}${hint ? `; did you mean "${hint}"?` : ""}`,
    );
  }
  const merged = withDatasetFacts({ ...layOver(start.settings, given), preset });
  const parsed = RunConfig.safeParse(merged);
  const problems = datasetConflicts(preset, start.settings as Parts, given as Parts);
  if (parsed.success) problems.push(...crossFieldProblems(parsed.data));
  else problems.push(...describeIssues(parsed.error.issues, RunConfig, merged));
  if (!parsed.success || problems.length > 0) throw new ConfigError(`run settings: ${problems.join("\n  ")}`);
  return withSummary(parsed.data, () => summaryOf(parsed.data));
}

function summaryOf({ preset, seed, ...parts }: Run): Summary {
  const lines = Object.entries(parts).map(([name, settings]) => [name, settingsLine(settings)] as const);
  return { title: `Settings of a run of preset ${preset}, seed ${seed}`, lines };
}

type Json = Record<string, unknown>;
type Parts = Record<"data" | "model", Json | undefined>;

/**
 * Adds what follows from the data set's name, unless the run sets it; images of any size are cropped to the model's.
 */
function withDatasetFacts(run: Json): Json {
  const { data = {} } = run;
  // What is no object is reported, not covered by the statistics.
  if (!isPlainObject(data)) return run;
  const name = data.name ?? "fashion-mnist";
  // An unknown name is reported by itself, without the statistics it lacks.
  const { imageSize, mean, std } = datasets[isDatasetName(name) ? name : "folder"];
  const side = imageSize === null && isPlainObject(run.model) ? { imageSize: run.model.imageSize } : {};
  return { ...run, data: { mean: [...mean], std: [...std], ...side, ...data } };
}

/** `over` laid over `under`: objects merge key by key; lists, null and all else replace; undefined changes nothing. */
export function layOver(under: Json, over: Json): Json {
  const merged: Json = { ...under };
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue;
    const below = Object.hasOwn(merged, key) ? merged[key] : undefined;
    const laid = isPlainObject(below) && isPlainObject(value) ? layOver(below, value) : value;
    // Assigning to `__proto__` would set no key, so it would not be reported as an unknown setting.
    Object.defineProperty(merged, key, { value: laid, enumerable: true, writable: true, configurable: true });
  }
  return merged;
}
