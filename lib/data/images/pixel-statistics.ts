import type { Pixels } from "../../pixels";

/** Mean and standard deviation per channel of pixels in [0, 1], each image weighted equally. */
export interface PixelStatistics {
  mean: number[];
  std: number[];
  /** Whether all sampled pixels have equal channels. */
  isGray: boolean;
  /** Images sampled. */
  images: number;
}

/** Pixels sampled per image: more would not change the third digit of any statistic. */
const PIXELS = 10_000;

/** Accumulates images, which may differ in size. */
export function createPixelStatistics(): { add(image: Pixels): void; result(): PixelStatistics } {
  let images = 0;
  let isGray = true;
  const sums: number[] = [];
  const squares: number[] = [];
  return {
    add({ values, height, width, channels }) {
      const count = height * width;
      // A stride coprime to the width would be better; an odd one does not stay in one column for long.
      const step = Math.max(1, Math.floor(count / PIXELS)) | 1;
      const [sum, square] = [new Float64Array(channels), new Float64Array(channels)];
      let seen = 0;
      for (let pixel = 0; pixel < count; pixel += step, seen++) {
        for (let channel = 0; channel < channels; channel++) {
          const value = (values[pixel * channels + channel] as number) / 255;
          sum[channel] = (sum[channel] as number) + value;
          square[channel] = (square[channel] as number) + value * value;
          isGray &&= values[pixel * channels + channel] === values[pixel * channels];
        }
      }
      for (let channel = 0; channel < channels; channel++) {
        sums[channel] = (sums[channel] ?? 0) + (sum[channel] as number) / seen;
        squares[channel] = (squares[channel] ?? 0) + (square[channel] as number) / seen;
      }
      images++;
    },
    result: () => {
      const mean = sums.map((sum) => sum / images);
      const std = squares.map((sum, channel) => Math.sqrt(Math.max(0, sum / images - (mean[channel] as number) ** 2)));
      return { mean, std, isGray, images };
    },
  };
}
