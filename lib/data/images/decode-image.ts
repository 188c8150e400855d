import { ATTRIBUTE, type HostOps, type HostTensor, type OpAttribute, onHost, TensorFlowError, TF } from "../../engine";
import { DecodeError, EngineError } from "../../errors";
import { type CropBox, cropPixels, type Pixels, toChannels } from "../../pixels";
import { decodeBmp } from "./bmp";
import { decodeGif } from "./gif";
import type { ImageHeader } from "./image-header";

/** Where to put an image's rows in a larger block of bytes. */
export interface Canvas {
  values: Uint8Array;
  /** Offset of the first row, and distance between rows, in bytes. */
  at: number;
  stride: number;
}

const int = (name: string, value: number): OpAttribute => ({ name, type: ATTRIBUTE.int, value });
const bool = (name: string, value: boolean): OpAttribute => ({ name, type: ATTRIBUTE.bool, value });
const uint8 = (name: string): OpAttribute => ({ name, type: ATTRIBUTE.type, value: TF.uint8 });

/** As Pillow decodes: exact integer DCT, smooth chroma, whole files only. */
const jpegAttributes = (channels: number): OpAttribute[] => [
  int("channels", channels),
  int("ratio", 1),
  bool("fancy_upscaling", true),
  bool("try_recover_truncated", false),
  { name: "acceptable_fraction", type: ATTRIBUTE.float, value: 1 },
  { name: "dct_method", type: ATTRIBUTE.string, value: "INTEGER_ACCURATE" },
];

/**
 * A box of an image as bytes. Only the needed part of a JPEG is decoded; other formats are decoded in full and cropped.
 *
 * Gray becomes three equal channels, CMYK becomes RGB, alpha is dropped, 16 bits are cut to the upper 8; of an
 * animation, the first frame is taken.
 *
 * @param box      inside the stored image
 * @param channels 3, or 1 for luma
 * @param into     where to put a JPEG's rows, unless it is CMYK and luma is requested; the result's `values` are then
 *   those of the canvas
 * @throws {DecodeError} with TensorFlow's reason when the bytes are not a whole image
 *
 * Source: torchvision.datasets.folder.pil_loader, `Image.open(f).convert("RGB")`.
 */
export async function decodeImage(
  bytes: Uint8Array,
  header: ImageHeader,
  box: CropBox,
  channels: 1 | 3,
  file: string,
  into?: Canvas,
): Promise<Pixels> {
  return decoding(file, header, async (host) => {
    if (header.format === "jpeg") {
      if (!header.isCmyk || channels === 3) return decodeJpeg(host, host.string(bytes), header, box, channels, into);
      return toChannels(await decodeJpeg(host, host.string(bytes), header, box, 3), channels);
    }
    const whole = await decodeWhole(host, bytes, header.format, channels);
    return toChannels(cut(whole, box), channels);
  });
}

/** Works on one file's image; a failure names the file. */
export async function decoding<Result>(
  file: string,
  { format }: ImageHeader,
  work: (host: HostOps) => Promise<Result>,
): Promise<Result> {
  try {
    return await onHost(work);
  } catch (error) {
    // Before `ready()` nothing can be said about an image.
    if (error instanceof EngineError && !(error instanceof TensorFlowError)) throw error;
    const reason = (error as Error).message.replace(/\s+/g, " ");
    throw new DecodeError(`${file} is a broken ${format}: ${reason}`, { cause: error });
  }
}

/** Chroma at the border of a decoded part is smoothed with fewer neighbors: a margin keeps that out of the box. */
const margin = 2;

/** The part of a JPEG that contains a box, and where the box lies in it. */
export async function decodeAround(
  host: HostOps,
  content: HostTensor,
  header: ImageHeader,
  box: CropBox,
  channels: number,
): Promise<{ decoded: HostTensor; width: number; top: number; left: number }> {
  const top = Math.max(0, box.top - margin);
  const left = Math.max(0, box.left - margin);
  const height = Math.min(header.height, box.top + box.height + margin) - top;
  const width = Math.min(header.width, box.left + box.width + margin) - left;
  const window = host.int32([top, left, height, width]);
  const decoded = await host.run("DecodeAndCropJpeg", jpegAttributes(channels), content, window);
  if (decoded.shape.join() !== [height, width, channels].join()) {
    throw new Error(`decoded pixels of shape ${decoded.shape}, expected ${[height, width, channels]}.`);
  }
  return { decoded, width, top: box.top - top, left: box.left - left };
}

async function decodeJpeg(
  host: HostOps,
  content: HostTensor,
  header: ImageHeader,
  box: CropBox,
  channels: number,
  into?: Canvas,
): Promise<Pixels> {
  const { decoded, width, top, left } = await decodeAround(host, content, header, box, channels);
  const length = box.width * channels;
  const canvas = into ?? { values: new Uint8Array(box.height * length), at: 0, stride: length };
  host.copyRows(decoded, {
    count: box.height,
    length,
    from: (top * width + left) * channels,
    fromStride: width * channels,
    to: canvas.values,
    at: canvas.at,
    stride: canvas.stride,
  });
  return { values: canvas.values, height: box.height, width: box.width, channels };
}

/** All formats except JPEG. */
async function decodeWhole(
  host: HostOps,
  bytes: Uint8Array,
  format: ImageHeader["format"],
  channels: number,
): Promise<Pixels> {
  switch (format) {
    case "png":
      return pixelsOf(
        host,
        await host.run("DecodePng", [int("channels", channels), uint8("dtype")], host.string(bytes)),
      );
    case "webp":
      return pixelsOf(host, await decodeWebP(host, host.string(bytes)));
    case "bmp":
      return decodeBmp(bytes);
    case "gif":
      return decodeGif(bytes);
    case "jpeg":
      throw new Error("a JPEG is decoded by its box");
  }
}

/**
 * RGB, or RGBA where there is alpha. TensorFlow 2.21 must be told which: if left to detect it, it writes an animation's
 * four channels into memory for three, and the process dies. So an animation without alpha is refused here.
 */
async function decodeWebP(host: HostOps, content: HostTensor): Promise<HostTensor> {
  const decode = (channels: number) => host.run("DecodeWebP", [int("channels", channels), uint8("dtype")], content);
  try {
    return await decode(3);
  } catch (withoutAlpha) {
    return decode(4).catch(() => {
      throw withoutAlpha;
    });
  }
}

function pixelsOf(host: HostOps, tensor: HostTensor): Pixels {
  const [height = 0, width = 0, channels = 0] = tensor.shape.slice(-3);
  const values = host.read(tensor) as Uint8Array;
  return { values: values.subarray(0, height * width * channels), height, width, channels };
}

/** A decoder that returns less than the header says was given a damaged file. */
function cut(image: Pixels, box: CropBox): Pixels {
  if (box.top + box.height > image.height || box.left + box.width > image.width) {
    throw new Error(`decoded ${image.width}×${image.height} pixels, fewer than its header says.`);
  }
  return cropPixels(image, box);
}
