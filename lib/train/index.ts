export { loadCheckpoint, saveCheckpoint } from "./checkpoint";
export { collapse, diagnoseState, featureDiagnostics, type TrainDiagnostics } from "./diagnostics";
export { type RawInputs, rawParts, stepInputs } from "./inputs";
export { type TrainOptions, type TrainRecord, train, trainSteps } from "./loop";
export { planStep, type StepPlan } from "./plan";
export { createTrainState, type TrainState } from "./state";
export { type StepRecord, trainStep } from "./step";
export { type RunRecord, type TrainedRun, type TrainRunOptions, trainRun } from "./train-run";
