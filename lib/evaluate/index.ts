/** How good features are: extraction, probes on few labels with their protocol, intervals. */
export { describeFeatures, type FeatureDescription } from "./describe-features";
export type { EncoderName, EncoderSource } from "./encoder-weights";
export { extractFeatures, type FeatureOptions } from "./extract-features";
export { FeatureFile, type FeatureFileHeader } from "./feature-file";
export { type FeaturePair, type Features, takeRows } from "./features";
export { layersAbove, warmupCosine } from "./finetune-schedule";
export { type Heads, linearHeads, mlpHeads } from "./heads";
export { bestOf, isAtEdge, type Score } from "./held-out";
export { type Summary, summarize } from "./interval";
export type { NamedList } from "./label-draws";
export { minimize } from "./lbfgs";
export { knnAccuracy } from "./learn-knn";
export { fitLogisticRegression, type LinearClassifier, scoreClassifier } from "./logistic-regression";
export { type ProbeOptions, probe, probeFeatures } from "./probe";
export {
  type ChosenSettings,
  type PairedDifference,
  type ProbeResult,
  pairedDifference,
  type SubsetResult,
} from "./probe-result";
export { type ProbePair, type ProbeRow, probePairs, probeRows } from "./probe-rows";
export { type ProbeProtocol, sentenceOf } from "./protocol";
export { rawPixels } from "./raw-pixels";
export { standardized } from "./standardize";
export { featuresFolder } from "./stored-features";
export type { Subject } from "./subjects";
export { featureBatches, type HeadBatches, type HeadCurves, trainHeads } from "./train-heads";
