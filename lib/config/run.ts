import { z } from "zod";
import { ConfigError } from "../errors";
import { crossFieldProblems } from "./cross-field";
import { DataConfig } from "./data";
import { EvaluateConfig } from "./evaluate";
import { MaskingConfig } from "./masking";
import { ModelConfig } from "./model";
import { NoiseConfig } from "./noise";
import { ObjectiveConfig } from "./objective";
import { OptimizerConfig } from "./optimizer";
import { type PresetName, presets } from "./presets";
import { TrainConfig } from "./train";
import { describeIssues, nearest } from "./validation-messages";

/** Everything that a run is made of: one part per room. */
export const RunConfig = z.strictObject({
  /** The preset that the settings started from; a label, the settings decide. */
  preset: z.string(),
  /** Root of all randomness of the run. */
  seed: z.int().default(0),
  data: DataConfig,
  masking: MaskingConfig.prefault({}),
  noise: NoiseConfig.prefault({}),
  model: ModelConfig,
  objective: ObjectiveConfig.prefault({}),
  optimizer: OptimizerConfig,
  train: TrainConfig.prefault({}),
  evaluate: EvaluateConfig.prefault({}),
});

/**
 * A parsed run. Its parts are named interfaces and not zod's inferred types: a notebook cell outside the checkout must
 * be able to name the type of every variable that it declares.
 */
export interface Run {
  preset: string;
  seed: number;
  data: DataConfig;
  masking: MaskingConfig;
  noise: NoiseConfig;
  model: ModelConfig;
  objective: ObjectiveConfig;
  optimizer: OptimizerConfig;
  train: TrainConfig;
  evaluate: EvaluateConfig;
}

/** What a person writes: a preset and the settings that differ from it. */
export interface RunInput {
  preset?: PresetName;
  seed?: number;
  data?: Partial<z.input<typeof DataConfig>>;
  masking?: Partial<z.input<typeof MaskingConfig>>;
  noise?: Partial<z.input<typeof NoiseConfig>>;
  model?: Partial<z.input<typeof ModelConfig>>;
  objective?: Partial<z.input<typeof ObjectiveConfig>>;
  optimizer?: Partial<z.input<typeof OptimizerConfig>>;
  train?: Partial<z.input<typeof TrainConfig>>;
  evaluate?: Partial<z.input<typeof EvaluateConfig>>;
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
