/** njepa: N-JEPA (arXiv 2507.15216) from images to tables. The exports below follow the flow of data. */
import "./engine-meter";

// What can be thrown.

export {
  CheckpointError,
  ConfigError,
  DataError,
  DecodeError,
  EngineError,
  KernelError,
  NjepaError,
  ShapeError,
  StudyError,
  TrainError,
} from "./errors";
export { Interrupted } from "./interruption";

// Settings and randomness.

export {
  type EvaluateInput,
  layOver,
  listSettings,
  type PresetName,
  parseRun,
  presets,
  probeProtocols,
  type Run,
  type RunInput,
  runKey,
  type Setting,
  type StudyInput,
  type StudyPresetName,
  studyPresets,
} from "./config";
export { type Rng, rng } from "./random";

// TensorFlow.

export {
  type CallOptions,
  type CompiledFunction,
  type CompileOptions,
  compile,
  createVariable,
  type EngineInfo,
  type EngineMemory,
  type EngineStats,
  type EngineVariable,
  memory as engineMemory,
  type ReadyOptions,
  ready,
  stats as engineStats,
  TensorFlowError,
  type TensorTree,
  tf,
} from "./engine";

// Images.

export {
  arrayDataset,
  batches,
  type DataProblem,
  type Dataset,
  holdOut,
  type ImageBatch,
  type Inspection,
  inspectDataset,
  labelSubset,
  openDataset,
  readLabelList,
  type Split,
  type SplitArrays,
  writeImageFolder,
  writeLabelList,
} from "./data";
export { imageSettings, inspectionText } from "./inspect";

// What a step hides, and how noisy positions are.

export { type MaskDraw, type PatchMasks, sampleMasks, targetSizes } from "./masking";
export { drawNoise, type NoiseShape, noiseLevels, noisePresets } from "./noise";

// The networks.

export {
  countParameters,
  type Encoder,
  type EncoderInputs,
  encode,
  type Parameters,
  type PredictorInputs,
  parameterShapes,
  patchGrid,
  positionEmbedding,
  predict,
  predictorNames,
} from "./model";

// What is minimized, and how.

export {
  type Latents,
  type Losses,
  type LossTerm,
  type LossTermName,
  latents,
  losses,
  lossTermNames,
  lossTerms,
  type ObjectiveRun,
  objective,
  objectiveAndGradients,
  type StepInputs,
} from "./objective";
export {
  type AdamW,
  type AdamWOptions,
  adamW,
  emaMomentum,
  learningRate,
  type StepPlace,
  weightDecay,
} from "./optimizer";

// Training.

export { stopSignal } from "./system";
export {
  createTrainState,
  diagnoseState,
  exportEncoder,
  loadCheckpoint,
  newestCheckpoint,
  planStep,
  type RunLength,
  type RunRecord,
  readRecords,
  runLength,
  type StepPlan,
  type StepRecord,
  saveCheckpoint,
  stepInputs,
  type TrainDiagnostics,
  type TrainedRun,
  type TrainOptions,
  type TrainRecord,
  type TrainRunOptions,
  type TrainState,
  train,
  trainRun,
  trainStep,
} from "./train";

// How good the features are.

export {
  type DescriptionRow,
  describeEncoders,
  describeFeatures,
  descriptionTable,
  extractFeatures,
  type FeatureDescription,
  type FeatureOptions,
  type FeaturePair,
  type FeatureSource,
  type Features,
  featuresFolder,
  type LayerProbe,
  layerFigure,
  type PairedDifference,
  type ProbeFeaturesOptions,
  type ProbeOptions,
  type ProbePair,
  type ProbeProtocol,
  type ProbeResult,
  type ProbeRow,
  pairedDifference,
  probe,
  probeFeatures,
  probeLayers,
  probePairs,
  probeRows,
  probeTables,
  rawPixels,
  viewLidar,
  withBaselines,
} from "./evaluate";

// Tables of trainings.

export {
  type Conclusion,
  compareRows,
  conclude,
  decidableText,
  exportStudy,
  openStudy,
  runStudies,
  runStudy,
  type Study,
  type StudyGradient,
  type StudyNumber,
  type StudyRecord,
  type StudyResults,
  studies,
  studyDifferences,
  studyFigure,
  studyGradients,
  studyNumbers,
  studyRecords,
  studyResults,
  studyTables,
  studyVerdicts,
  type TrainingValue,
} from "./study";

// What is shown, and where; notebooks run from outside.

export { compareReports, type ReportOptions, type ReportsRun, reportsTable, runReports } from "./headless";
export {
  arquero,
  type Cell,
  type Displayable,
  exportTable,
  type FigureSpec,
  figure,
  images,
  maskFigure,
  maskTable,
  provenance,
  type TableOptions,
  table,
} from "./report";
export {
  type CellRecord,
  clearOutput,
  liveDisplay,
  liveLine,
  type SessionReport,
  session,
  show,
  type WatchOptions,
  watch,
} from "./session";
