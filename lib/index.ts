/** njepa: N-JEPA (arXiv 2507.15216) from images to tables. The words below stand in the order in which data flows. */

import "./engine-meter";

export { type EvaluateInput, type PresetName, parseRun, presets, type Run, type RunInput, runKey } from "./config";
export {
  batches,
  type DataProblem,
  type Dataset,
  holdOut,
  type ImageBatch,
  labelSubset,
  openDataset,
  readLabelList,
  type Split,
  writeLabelList,
} from "./data";
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
export {
  CheckpointError,
  ConfigError,
  DataError,
  DecodeError,
  EngineError,
  KernelError,
  NjepaError,
  ShapeError,
  TrainError,
} from "./errors";
export {
  describeFeatures,
  extractFeatures,
  type FeatureDescription,
  type FeaturePair,
  type Features,
  featuresFolder,
  type PairedDifference,
  type ProbePair,
  type ProbeProtocol,
  type ProbeResult,
  type ProbeRow,
  pairedDifference,
  probe,
  probeFeatures,
  probePairs,
  probeRows,
  rawPixels,
} from "./evaluate";
export { compareReports, type ReportOptions, type ReportsRun, reportsTable, runReports } from "./headless";
export { type PatchMasks, sampleMasks, targetSizes } from "./masking";
export { countParameters, encode, type Parameters, parameterShapes, positionEmbedding } from "./model";
export { drawNoise, noiseLevels, noisePresets } from "./noise";
export { type Losses, objective, objectiveAndGradients, type StepInputs } from "./objective";
export { emaMomentum, learningRate, weightDecay } from "./optimizer";
export { rng } from "./random";
export { type Displayable, figure, images, maskFigure, maskTable, provenance, table } from "./report";
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
export {
  citedTable,
  claimTable,
  compareRecords,
  conclude,
  exportStudy,
  openStudy,
  pairedTable,
  recordTable,
  runStudy,
  type Study,
  type StudyResults,
  settingsTable,
  studies,
  studyFigure,
  studyProvenance,
  studyRecords,
  studyResults,
  studyTable,
} from "./study";
export { stopSignal } from "./system";
export {
  createTrainState,
  diagnoseState,
  loadCheckpoint,
  planStep,
  type RunRecord,
  type StepPlan,
  type StepRecord,
  saveCheckpoint,
  stepInputs,
  type TrainDiagnostics,
  type TrainedRun,
  type TrainRecord,
  type TrainRunOptions,
  type TrainState,
  train,
  trainRun,
  trainStep,
  trainSteps,
} from "./train";
