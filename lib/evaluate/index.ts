/** How good features are: extraction, probes on few labels, intervals. */
export type { EncoderName, EncoderSource } from "./encoder-weights";
export { extractFeatures, type FeatureOptions, rawPixels } from "./extract-features";
export { type FeaturePair, type Features, takeRows } from "./features";
export { type Summary, summarize } from "./interval";
export { minimize } from "./lbfgs";
export { fitLinearProbe } from "./linear-probe";
export { accuracy, fitLogisticRegression, type LinearClassifier } from "./logistic-regression";
export { type ProbeOptions, probe, probeFeatures, type Subject } from "./probe";
export {
  type ChosenSettings,
  type PairedDifference,
  type ProbeResult,
  pairedDifference,
  type SubsetResult,
} from "./probe-result";
export { type ProbeProtocol, sentenceOf } from "./protocol";
export { standardized } from "./standardize";
