import { ATTRIBUTE, type HostOps, type HostTensor, type OpAttribute, onHost, TF } from "../engine";
import type { Interpolation } from "./filter";
import type { Pixels } from "./pixels";

const kernels = { bilinear: "triangle", bicubic: "keyscubic" } as const;

/** How an image is resized: output pixel y samples the input at (y + ½ + offset) · scale, likewise x. */
export interface Resizing {
  height: number;
  width: number;
  interpolation: Interpolation;
  /** Input pixels per output pixel, vertically and horizontally. */
  scale: readonly [number, number];
  /** Output pixels skipped at the top and on the left; may be fractional. */
  offset?: readonly [number, number];
}

/**
 * An image resized on the host.
 *
 * Computed in float32 and rounded once; Pillow rounds after each of its two passes, so results differ by one gray level
 * in places.
 */
export async function resizeImage(image: Pixels, how: Resizing): Promise<Pixels> {
  const { channels } = image;
  return onHost(async (host) => {
    const resized = await resizeTensor(host, host.uint8(image.values, [1, image.height, image.width, channels]), how);
    return { values: host.read(resized) as Uint8Array, height: how.height, width: how.width, channels };
  });
}

const type = (name: string, value: number): OpAttribute => ({ name, type: ATTRIBUTE.type, value });

/** `resizeImage` for a tensor TensorFlow already holds: [1, height, width, channels] uint8 in and out. */
export async function resizeTensor(host: HostOps, image: HostTensor, how: Resizing): Promise<HostTensor> {
  const { height, width, interpolation, scale, offset = [0, 0] } = how;
  const resized = await host.run(
    "ScaleAndTranslate",
    [
      type("T", TF.uint8),
      { name: "kernel_type", type: ATTRIBUTE.string, value: kernels[interpolation] },
      { name: "antialias", type: ATTRIBUTE.bool, value: true },
    ],
    image,
    host.int32([height, width]),
    host.float32(scale.map((pixels) => 1 / pixels)),
    host.float32(offset.map((pixels) => (pixels === 0 ? 0 : -pixels))),
  );
  // The triangle's weights are never negative; the cubic overshoots.
  const within = interpolation === "bilinear" ? resized : await clip(host, resized);
  const rounded = await host.run("Round", [type("T", TF.float32)], within);
  const truncate: OpAttribute = { name: "Truncate", type: ATTRIBUTE.bool, value: false };
  return host.run("Cast", [type("SrcT", TF.float32), type("DstT", TF.uint8), truncate], rounded);
}

async function clip(host: HostOps, image: HostTensor): Promise<HostTensor> {
  const above = await host.run("Maximum", [type("T", TF.float32)], image, host.float32([0]));
  return host.run("Minimum", [type("T", TF.float32)], above, host.float32([255]));
}
