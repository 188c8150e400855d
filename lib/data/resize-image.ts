import { ATTRIBUTE, onHost } from "../engine";
import type { Pixels } from "./decode-image";

/** How pixels are weighed when an image is resized; both widen by the scale when an image shrinks (antialiasing). */
export type Interpolation = "bilinear" | "bicubic";

const kernels = { bilinear: "triangle", bicubic: "keyscubic" } as const;

/**
 * An image resized on the host: output pixel y looks at (y + ½ + offset) · scale of the input, likewise x.
 *
 * Computed in float32 and rounded once; Pillow rounds after each of its two passes, so the two differ by one gray level
 * in places.
 *
 * @param options.scale  input pixels per output pixel, vertically and horizontally
 * @param options.offset output pixels left out above and to the left, which may reach between whole pixels
 */
export async function resizeImage(
  image: Pixels,
  options: {
    height: number;
    width: number;
    interpolation: Interpolation;
    scale: readonly [number, number];
    offset?: readonly [number, number];
  },
): Promise<Pixels> {
  const { height, width, interpolation, scale, offset = [0, 0] } = options;
  const { channels } = image;
  const resized = await onHost(async (host) =>
    host.read(
      await host.run(
        "ScaleAndTranslate",
        [
          { name: "T", type: ATTRIBUTE.type, value: 4 },
          { name: "kernel_type", type: ATTRIBUTE.string, value: kernels[interpolation] },
          { name: "antialias", type: ATTRIBUTE.bool, value: true },
        ],
        host.uint8(image.values, [1, image.height, image.width, channels]),
        host.int32([height, width]),
        host.float32(scale.map((pixels) => 1 / pixels)),
        host.float32(offset.map((pixels) => (pixels === 0 ? 0 : -pixels))),
      ),
    ),
  );
  const rounded = new Uint8ClampedArray(resized as Float32Array);
  return { values: new Uint8Array(rounded.buffer), height, width, channels };
}
