export type { BlockSize, Grid } from "../config";
export { placeContext } from "./block";
export { padRows } from "./pad-rows";
export type { PatchMasks } from "./patch-masks";
export { type MaskDraw, sampleMasks } from "./sample";
export { splitMasks } from "./split";
export { targetSizes } from "./target-sizes";
