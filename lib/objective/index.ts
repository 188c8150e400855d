export { objectiveAndGradients, trainedNames } from "./gradients";
export { type MaskInputs, maskInputs, type StepInputs } from "./inputs";
export { type Latents, type LossTerm, type LossTermName, lossTermNames, lossTerms } from "./loss-terms";
export { type Losses, losses } from "./losses";
export { latents, type ObjectiveRun, objective } from "./objective";
