export { type AdamWScalars, type AdamWVariables, adamWAssign, isDecayed } from "./adamw";
export { type AdamW, type AdamWOptions, adamW } from "./adamw-of-variables";
export { clipGradients } from "./clip";
export { emaUpdate } from "./ema";
export {
  emaMomentum,
  learningRate,
  type StepHyperparameters,
  type StepPlace,
  stepHyperparameters,
  weightDecay,
} from "./schedules";
export { squaredNorm } from "./squared-norm";
