/** How good features are: extraction, probes on few labels, intervals. */
export {
  type EncoderSource,
  extractFeatures,
  type FeatureOptions,
  type Features,
  rawPixels,
  takeRows,
} from "./features";
export { type Summary, summarize } from "./interval";
export { minimize } from "./lbfgs";
export { fitLinearProbe } from "./linear-probe";
export { accuracy, fitLogisticRegression, type LinearClassifier } from "./logistic-regression";
export { type LowShotResult, lowShot, type ProbeOptions } from "./low-shot";
export { standardized } from "./standardize";
