/** Classifier-free measures of features, and whether a training learned more than position. */

export { type FeatureHealth, featureHealth, meanCosine } from "./feature-health";
export type { FeatureMatrix } from "./feature-matrix";
export { lidar } from "./lidar";
export { alphaReq, covarianceSpectrum, rankMe } from "./spectrum";
export { teacherLag } from "./teacher-lag";
export { type TokenVariance, tokenVariance } from "./token-variance";
