export type { BlockSize, Grid } from "../config";
export { placeBlock, placeContext } from "./block";
export type { PatchMasks } from "./patch-masks";
export { type MaskDraw, sampleMasks } from "./sample";
export { splitMasks } from "./split";
export { contextSizes, targetSizes } from "./target-sizes";
