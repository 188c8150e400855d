/** How pixels are weighed when an image is resized; both widen by the scale when an image shrinks (antialiasing). */
export type Interpolation = "bilinear" | "bicubic";

/** How far a filter reaches to each side, in pixels of the coarser of the two images. */
export const filterReach: Record<Interpolation, number> = { bilinear: 1, bicubic: 2 };
