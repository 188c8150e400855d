/** How good features are: extraction, probes on few labels with their protocol, intervals. */

export type { Subject } from "./feature-sources";
export { describeFeatures, type FeatureDescription } from "./features/describe-features";
export type { EncoderName, EncoderSource } from "./features/encoder-weights";
export { extractFeatures, type FeatureOptions } from "./features/extract-features";
export { FeatureFile, type FeatureFileHeader } from "./features/feature-file";
export { type FeaturePair, type Features, takeRows } from "./features/features";
export { rawPixels } from "./features/raw-pixels";
export { standardized } from "./features/standardize";
export { featuresFolder } from "./features/stored-features";
export type { NamedList } from "./label-subsets";
export { type ProbeOptions, probe, probeFeatures } from "./probe";
export {
  type ChosenSettings,
  type PairedDifference,
  type ProbeResult,
  pairedDifference,
  type SubsetResult,
} from "./probe-result";
export { type ProbePair, type ProbeRow, probePairs, probeRows } from "./probe-rows";
export { layersAbove, warmupCosine } from "./protocols/finetune-schedule";
export { type Heads, linearHeads, mlpHeads } from "./protocols/heads";
export { bestOf, isAtEdge, type Score } from "./protocols/held-out";
export { minimize } from "./protocols/lbfgs";
export { knnAccuracy } from "./protocols/learn-knn";
export { fitLogisticRegression, type LinearClassifier, scoreClassifier } from "./protocols/logistic-regression";
export { type ProbeProtocol, sentenceOf } from "./protocols/protocol-definition";
export { featureBatches, type HeadBatches, type HeadCurves, trainHeads } from "./protocols/train-heads";
export { type Summary, summarize } from "./summary-statistics";
