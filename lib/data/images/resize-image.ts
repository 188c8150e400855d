import { ATTRIBUTE, type HostOps, type HostTensor, type OpAttribute, onHost, TF } from "../../engine";
import type { CropBox } from "../../pixels";
import { type Canvas, decodeAround, decoding, type Pixels } from "./decode-image";
import type { ImageHeader } from "./image-header";

/** How pixels are weighed when an image is resized; both widen by the scale when an image shrinks (antialiasing). */
export type Interpolation = "bilinear" | "bicubic";

const kernels = { bilinear: "triangle", bicubic: "keyscubic" } as const;

/** How an image is resized: output pixel y looks at (y + ½ + offset) · scale of the input, likewise x. */
export interface Resizing {
  height: number;
  width: number;
  interpolation: Interpolation;
  /** Input pixels per output pixel, vertically and horizontally. */
  scale: readonly [number, number];
  /** Output pixels left out above and to the left, which may reach between whole pixels. */
  offset?: readonly [number, number];
}

/**
 * An image resized on the host.
 *
 * Computed in float32 and rounded once; Pillow rounds after each of its two passes, so the two differ by one gray level
 * in places.
 */
export async function resizeImage(image: Pixels, how: Resizing): Promise<Pixels> {
  const { channels } = image;
  return onHost(async (host) => {
    const resized = await resize(host, host.uint8(image.values, [1, image.height, image.width, channels]), how);
    return { values: host.read(resized) as Uint8Array, height: how.height, width: how.width, channels };
  });
}

/**
 * `resizeImage` of a JPEG's box, to the same bytes. The pixels stay TensorFlow's from the file to the resized image, of
 * which alone a copy is made: arrays of the pixels between, and their conversion here, took as long as the decoding.
 *
 * @param box  inside the stored image
 * @param into where the resized image is put, its rows without gaps
 * @throws {DecodeError} with TensorFlow's reason when the bytes are not a whole image
 */
export function resizeJpeg(
  bytes: Uint8Array,
  { header, box, channels, file }: { header: ImageHeader; box: CropBox; channels: 1 | 3; file: string },
  how: Resizing,
  into: Pick<Canvas, "values" | "at">,
): Promise<void> {
  return decoding(file, header, async (host) => {
    const { decoded, top, left } = await decodeAround(host, host.string(bytes), header, box, channels);
    // The filter must not see what lies outside the box.
    const end = [1, top + box.height, left + box.width, channels];
    const bounds = [[0, top, left, 0], end, [1, 1, 1, 1]].map((values) => host.int32(values));
    const resized = await resize(host, await host.run("StridedSlice", asBatchOfOne, decoded, ...bounds), how);
    const length = how.height * how.width * channels;
    host.copyRows(resized, {
      count: 1,
      length,
      from: 0,
      fromStride: length,
      to: into.values,
      at: into.at,
      stride: length,
    });
  });
}

const type = (name: string, value: number): OpAttribute => ({ name, type: ATTRIBUTE.type, value });

const asBatchOfOne: OpAttribute[] = [
  type("T", TF.uint8),
  type("Index", TF.int32),
  ...["begin_mask", "end_mask", "ellipsis_mask", "shrink_axis_mask"].map((name) => mask(name, 0)),
  mask("new_axis_mask", 1),
];

function mask(name: string, value: number): OpAttribute {
  return { name, type: ATTRIBUTE.int, value };
}

/** [1, height, width, channels] uint8, of the same. */
async function resize(host: HostOps, image: HostTensor, how: Resizing): Promise<HostTensor> {
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
  // A triangle's weights are positive, a cubic's overshoot.
  const within = interpolation === "bilinear" ? resized : await clip(host, resized);
  const rounded = await host.run("Round", [type("T", TF.float32)], within);
  const truncate: OpAttribute = { name: "Truncate", type: ATTRIBUTE.bool, value: false };
  return host.run("Cast", [type("SrcT", TF.float32), type("DstT", TF.uint8), truncate], rounded);
}

async function clip(host: HostOps, image: HostTensor): Promise<HostTensor> {
  const above = await host.run("Maximum", [type("T", TF.float32)], image, host.float32([0]));
  return host.run("Minimum", [type("T", TF.float32)], above, host.float32([255]));
}
