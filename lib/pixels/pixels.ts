/** An image in memory. */
export interface Pixels {
  /** [height, width, channels], 0 … 255. */
  values: Uint8Array;
  height: number;
  width: number;
  channels: number;
}

/** Equally sized images in one block of memory. */
export interface PixelBatch {
  /** [B, H, W, C], 0 … 255. */
  pixels: Uint8Array;
  /** B. */
  count: number;
  height: number;
  width: number;
  channels: number;
}
