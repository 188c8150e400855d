/** How good features are: feature extraction, few-label probes with their protocols, and intervals. */

export { type AttentiveShape, attentiveHeads } from "./classifiers/attentive-heads";
export { layersAbove, warmupCosine } from "./classifiers/finetune-schedule";
export type { Heads } from "./classifiers/heads";
export { bestOf, type Score } from "./classifiers/held-out";
export { linearHeads } from "./classifiers/linear-heads";
export {
  fitLogisticRegression,
  type LinearClassifier,
  type LogisticFit,
  type LogisticOptions,
  scoreClassifier,
} from "./classifiers/logistic-regression";
export { mlpHeads } from "./classifiers/mlp-heads";
export { type LocalModel, type Minimum, minimize } from "./classifiers/newton-cg";
export { packRight, type RightImages, unpackRight } from "./classifiers/right-images";
export { featureBatches, type HeadBatches, type HeadCurves, trainHeads } from "./classifiers/train-heads";
export { type DescriptionRow, describeEncoders, descriptionTable } from "./describe-tables";
export { tQuantile, tTwoSided } from "./distributions";
export type { FeatureSource } from "./feature-sources";
export { describeFeatures, type FeatureDescription } from "./features/describe-features";
export type { EncoderName, EncoderSource } from "./features/encoder-weights";
export { extractFeatures, type FeatureOptions } from "./features/extract-features";
export { FeatureFile, type FeatureFileHeader } from "./features/feature-file";
export { type FeaturePair, type Features, takeRows } from "./features/features";
export { lowerFeatures } from "./features/pooled-encoder";
export { rawPixels } from "./features/raw-pixels";
export { standardized } from "./features/standardize";
export { featuresFolder } from "./features/stored-features";
export { type ProbeFeaturesOptions, type ProbeOptions, probe, probeFeatures } from "./probe";
export { type LayerProbe, layerFigure, probeLayers } from "./probe-layers";
export { type PairedDifference, type ProbeResult, pairedDifference } from "./probe-result";
export { type ProbePair, type ProbeRow, probePairs, probeRows } from "./probe-rows";
export { type ProbeTablesOptions, probeTables } from "./probe-tables";
export type { NamedList } from "./protocols/label-subsets";
export type {
  ChosenSettings,
  ProbeProtocol,
  ProtocolDefinition,
  ProtocolName,
  SubsetResult,
} from "./protocols/protocol-definition";
export { withBaselines } from "./protocols/registry";
export { type Summary, summarize } from "./summary-statistics";
export { evaluationVersion } from "./version";
export { type ViewLidarOptions, viewLidar } from "./view-lidar";
