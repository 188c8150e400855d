/** How pixels are weighted in resizing; both filters widen with the scale when an image shrinks (antialiasing). */
export type Interpolation = "bilinear" | "bicubic";

/** A filter's half-width, in pixels of the coarser of the two images. */
export const filterReach: Record<Interpolation, number> = { bilinear: 1, bicubic: 2 };
