export { loadCheckpoint, saveCheckpoint } from "./checkpoint";
export { stepInputs } from "./inputs";
export { TrainError, type TrainOptions, type TrainRecord, train, trainSteps } from "./loop";
export { planStep, type StepPlan } from "./plan";
export { createTrainState, type TrainState } from "./state";
export { type StepRecord, trainStep } from "./step";
