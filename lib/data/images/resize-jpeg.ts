import { ATTRIBUTE, type OpAttribute, TF } from "../../engine";
import { type CropBox, type Resizing, resizeTensor } from "../../pixels";
import { type Canvas, decodeAround, decoding } from "./decode-image";
import type { ImageHeader } from "./image-header";

/**
 * The same bytes as `resizeImage` of a JPEG's box. Pixels stay in TensorFlow from the file to the resized image, which
 * alone is copied out: intermediate pixel arrays, and converting them here, took as long as the decoding.
 *
 * @param box  inside the stored image
 * @param into where the resized image is written, its rows contiguous
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
    const resized = await resizeTensor(host, await host.run("StridedSlice", asBatchOfOne, decoded, ...bounds), how);
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
