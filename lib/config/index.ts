export { type BlockSize, blockSize, blockSizes, type Grid } from "./block-size";
export { maskingProblems } from "./cross-field";
export { DataConfig } from "./data";
export { type DatasetFacts, type DatasetName, datasets, isDatasetName } from "./datasets";
export { EvaluateConfig, type EvaluateInput, probeProtocols } from "./evaluate";
export { canonicalJson, runKey } from "./key";
export { listSettings, type Setting } from "./list-settings";
export { MaskingConfig } from "./masking";
export { ModelConfig } from "./model";
export { NoiseConfig } from "./noise";
export { effectiveMethod, ObjectiveConfig } from "./objective";
export { OptimizerConfig } from "./optimizer";
export { layOver, parseRun, type RunInput } from "./parse-run";
export {
  type Preset,
  type PresetName,
  presets,
  type StudyPreset,
  type StudyPresetName,
  studyPresets,
} from "./presets";
export { roundHalfEven } from "./round-half-even";
export { type Run, RunConfig, type RunSettings } from "./run";
export {
  type PaperValue,
  type StudyClaim,
  type StudyColumn,
  StudyConfig,
  type StudyInput,
  type StudyOrdering,
  type StudyRow,
} from "./study";
export { CheckpointConfig, DiagnosticsConfig, TrainConfig } from "./train";
export { describeIssues } from "./validation-messages";
