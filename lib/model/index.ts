export { encode, encodeLayers } from "./encoder";
export { normalizeImages, resampleImages } from "./images";
export { initializeParameters, initializeTeacher } from "./initialize";
export { standardize } from "./layer-norm";
export { countParameters, type ParameterShapes, parameterShapes } from "./parameter-shapes";
export { type Parameters, type PredictorNames, parameter, predictorNames } from "./parameters";
export { gatherPatches, patchGrid, takePatches } from "./patches";
export { positionEmbedding } from "./position-embedding";
export { type PredictorInputs, predict } from "./predictor";
