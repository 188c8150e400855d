import { DataError } from "../../errors";
import {
  type CropBox,
  evaluationCrop,
  type Interpolation,
  isTurned,
  type Pixels,
  type Resizing,
  randomCropBoxes,
  resizeImage,
  storedBox,
  upright,
} from "../../pixels";
import { type Limit, mapLimited } from "../../system";
import type { ImageBatch, Split } from "../dataset";
import { decodeImage } from "./decode-image";
import type { ImageFiles } from "./image-files";
import { type ImageHeader, readImageHeader } from "./image-header";
import { resizeJpeg } from "./resize-jpeg";

/** How a split's files become pixels. */
export interface ImageOptions {
  channels: 1 | 3;
  /** Side length of the squares that the model sees. */
  imageSize: number;
  /**
   * Shorter side before the center crop for evaluation; images that already fit are kept, unless the run says
   * otherwise.
   */
  resize: number;
  keepsFitting: boolean;
  /** For evaluation images; a training crop has its own. */
  interpolation: Interpolation;
  exifRotation: boolean;
  maxPixels: number;
  /** Limits how many images are processed at a time, across all readers. */
  limit: Limit;
}

/**
 * A split whose images are decoded on demand, several at a time; each result depends only on its image and its draw.
 *
 * `read` returns evaluation images. `readCrops` returns training crops: with `resample: "device"`, the crop's original
 * pixels in the corner of a larger square, to be resampled by the step; a crop too large for the square, and every crop
 * with `resample: "host"`, is resized here.
 */
export function imageSplit(files: ImageFiles, options: ImageOptions): Split {
  const { channels, imageSize, interpolation, limit } = options;
  const memory = (bytes: number, spare?: Uint8Array) => (spare?.length === bytes ? spare : new Uint8Array(bytes));
  const batchOf = (indices: Int32Array, side: number, spare?: Uint8Array) => ({
    values: memory(indices.length * side * side * channels, spare),
    labels: indices.map((index) => labelOf(files, index)),
    indices,
    count: indices.length,
    height: side,
    width: side,
    channels,
  });

  const read = async (indices: Int32Array): Promise<ImageBatch> => {
    const batch = batchOf(indices, imageSize);
    await mapLimited(limit, [...indices], (index, row) =>
      useImage(files, index, options, (image) => {
        const { box, ...how } = evaluationCrop(image, options);
        return image.resizeInto(box, { height: imageSize, width: imageSize, interpolation, ...how }, batch, row);
      }),
    );
    const { values, ...rest } = batch;
    return { ...rest, pixels: values, crops: null };
  };

  const readCrops: Split["readCrops"] = async (indices, crop, at, spare) => {
    const onDevice = crop.resample === "device";
    const batch = batchOf(indices, onDevice ? canvasSide(imageSize) : imageSize, spare);
    const crops = await mapLimited(limit, [...indices], (index, row) =>
      useImage(files, index, options, async (image): Promise<CropBox> => {
        const [box] = randomCropBoxes([index], image, crop, at) as [CropBox];
        if (onDevice && box.height <= batch.height && box.width <= batch.width) {
          await image.decodeInto(box, batch, row);
          return { top: 0, left: 0, height: box.height, width: box.width };
        }
        const scale = [box.height / imageSize, box.width / imageSize] as const;
        const how = { height: imageSize, width: imageSize, interpolation: crop.interpolation, scale };
        await image.resizeInto(box, how, batch, row);
        return { top: 0, left: 0, height: imageSize, width: imageSize };
      }),
    );
    const { values, ...rest } = batch;
    return { ...rest, pixels: values, crops: onDevice ? crops : null };
  };

  return { name: files.name, count: files.count, labels: files.labels, nameOf: files.nameOf, read, readCrops };
}

/** Side of the square that carries crops to the device: 512 for 224, which holds nearly all ImageNet crops. */
function canvasSide(imageSize: number): number {
  return 16 * Math.ceil(imageSize / 7);
}

/** An image whose bytes are in memory but not yet decoded. */
interface ReadImage {
  /** Upright, if EXIF rotation is asked for. */
  height: number;
  width: number;
  /** Writes a box's pixels into the corner of a batch's image. */
  decodeInto(box: CropBox, batch: Pixels, row: number): Promise<void>;
  /** The same, but resized. */
  resizeInto(box: CropBox, how: Resizing, batch: Pixels, row: number): Promise<void>;
}

function useImage<Result>(
  files: ImageFiles,
  index: number,
  options: ImageOptions,
  work: (image: ReadImage) => Promise<Result>,
): Promise<Result> {
  return files.use(index, async (bytes) => work(readImage(bytes, files.nameOf(index), options)));
}

function readImage(bytes: Uint8Array, file: string, options: ImageOptions): ReadImage {
  const header: ImageHeader = readImageHeader(bytes, file, options.maxPixels);
  const { channels } = options;
  const orientation = options.exifRotation ? header.orientation : 1;
  const [height, width] = isTurned(orientation) ? [header.width, header.height] : [header.height, header.width];
  const decode = async (box: CropBox): Promise<Pixels> => {
    const stored = storedBox(box, orientation, header);
    return upright(await decodeImage(bytes, header, stored, channels, file), orientation);
  };
  const direct = header.format === "jpeg" && orientation === 1 && !(header.isCmyk && channels === 1);
  return {
    height,
    width,
    decodeInto: async (box, batch, row) => {
      if (!direct) return place(batch, row, await decode(box));
      const stride = batch.width * channels;
      const canvas = { values: batch.values, at: row * batch.height * stride, stride };
      await decodeImage(bytes, header, box, channels, file, canvas);
    },
    resizeInto: async (box, how, batch, row) => {
      const at = row * batch.height * batch.width * channels;
      // In a larger square the rows would have gaps.
      if (!direct || how.width !== batch.width) return place(batch, row, await resizeImage(await decode(box), how));
      await resizeJpeg(bytes, { header, box, channels, file }, how, { values: batch.values, at });
    },
  };
}

function place(batch: Pixels, row: number, image: Pixels): void {
  const line = image.width * image.channels;
  const start = row * batch.height * batch.width * image.channels;
  for (let y = 0; y < image.height; y++) {
    batch.values.set(image.values.subarray(y * line, (y + 1) * line), start + y * batch.width * image.channels);
  }
}

function labelOf(files: ImageFiles, index: number): number {
  const label = files.labels[index];
  if (label === undefined) {
    throw new DataError(`Image ${index} of split "${files.name}" was asked for: expected 0 … ${files.count - 1}.`);
  }
  return label;
}
