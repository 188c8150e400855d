export { objectiveAndGradients, trainedNames } from "./gradients";
export { type MaskInputs, maskInputs, type StepInputs } from "./inputs";
export { type Latents, type Losses, losses } from "./losses";
export { latents, type ObjectiveRun, objective } from "./objective";
