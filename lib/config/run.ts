import { z } from "zod";
import { DataConfig } from "./data";
import { EvaluateConfig } from "./evaluate";
import { MaskingConfig } from "./masking";
import { ModelConfig } from "./model";
import { NoiseConfig } from "./noise";
import { ObjectiveConfig } from "./objective";
import { OptimizerConfig } from "./optimizer";
import { TrainConfig } from "./train";

/** All settings of a run: one part per room. */
export const RunConfig = z.strictObject({
  /** The preset that the settings started from; only a label, the settings decide. */
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
 * A parsed run. Its parts are named interfaces rather than zod's inferred types: a notebook cell outside the checkout
 * must be able to name the type of every variable that it declares.
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

/** Settings as a user writes them: overrides of a preset, or a preset's own overrides of the defaults. */
export interface RunSettings {
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
