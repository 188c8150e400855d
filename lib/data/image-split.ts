import { DataError } from "../errors";
import { type CropBox, randomCropBoxes } from "./crop-box";
import type { ImageBatch, Split } from "./dataset";
import { decodeImage, type Pixels } from "./decode-image";
import { evaluationCrop } from "./evaluation-crop";
import { type Gate, throughGate } from "./gate";
import type { ImageFiles } from "./image-files";
import { type ImageHeader, readImageHeader } from "./image-header";
import { isTurned, storedBox, upright } from "./orientation";
import { type Interpolation, resizeImage } from "./resize-image";

/** How a split's files become pixels. */
export interface ImageOptions {
  channels: 1 | 3;
  /** Side of the squares that the model sees. */
  imageSize: number;
  /** Shorter side before an evaluation's center crop. */
  resize: number;
  /** Of evaluation images; a training crop has its own. */
  interpolation: Interpolation;
  exifRotation: boolean;
  maxPixels: number;
  /** Lets so many images through at a time, over all that read them. */
  gate: Gate;
}

/**
 * A split whose images are decoded when asked for, several at a time; each result depends on its image and its draw
 * alone.
 *
 * `read` gives evaluation images. `readCrops` gives training crops: with `resample: "device"` the crop's own pixels in
 * the corner of a larger square, to be resampled by the step; one that is too large for the square, and all with
 * `resample: "host"`, resized here.
 */
export function imageSplit(files: ImageFiles, options: ImageOptions): Split {
  const { channels, imageSize, interpolation, gate } = options;
  const memory = (bytes: number, spare?: Uint8Array) => (spare?.length === bytes ? spare : new Uint8Array(bytes));
  const batchOf = (indices: Int32Array, side: number, spare?: Uint8Array) => ({
    values: memory(indices.length * side * side * channels, spare),
    labels: indices.map((index) => labelOf(files, index)),
    indices,
    batch: indices.length,
    height: side,
    width: side,
    channels,
  });

  const read = async (indices: Int32Array): Promise<ImageBatch> => {
    const batch = batchOf(indices, imageSize);
    await throughGate(gate, [...indices], async (index, row) => {
      const image = await openImage(files, index, options);
      const { box, ...how } = evaluationCrop(image, options);
      const part = await image.decode(box);
      place(batch, row, await resizeImage(part, { height: imageSize, width: imageSize, interpolation, ...how }));
    });
    const { values, ...rest } = batch;
    return { ...rest, pixels: values, crops: null };
  };

  const readCrops: Split["readCrops"] = async (indices, crop, at, spare) => {
    const onDevice = crop.resample === "device";
    const batch = batchOf(indices, onDevice ? canvasSide(imageSize) : imageSize, spare);
    const crops = await throughGate(gate, [...indices], async (index, row): Promise<CropBox> => {
      const image = await openImage(files, index, options);
      const [box] = randomCropBoxes([index], image, crop, at) as [CropBox];
      if (onDevice && box.height <= batch.height && box.width <= batch.width) {
        await image.decodeInto(box, batch, row);
        return { top: 0, left: 0, height: box.height, width: box.width };
      }
      const part = await image.decode(box);
      place(batch, row, await resizeWhole(part, imageSize, crop.interpolation));
      return { top: 0, left: 0, height: imageSize, width: imageSize };
    });
    const { values, ...rest } = batch;
    return { ...rest, pixels: values, crops: onDevice ? crops : null };
  };

  return { name: files.name, count: files.count, labels: files.labels, nameOf: files.nameOf, read, readCrops };
}

/** Side of the square in which crops travel: at 224, 512, which holds nearly all crops of ImageNet. */
export function canvasSide(imageSize: number): number {
  return 16 * Math.ceil(imageSize / 7);
}

interface OpenImage {
  /** Upright, if EXIF rotation is asked for. */
  height: number;
  width: number;
  decode(box: CropBox): Promise<Pixels>;
  /** The same into a row of a batch. */
  decodeInto(box: CropBox, batch: Pixels, row: number): Promise<void>;
}

async function openImage(files: ImageFiles, index: number, options: ImageOptions): Promise<OpenImage> {
  const bytes = await files.read(index);
  const file = files.nameOf(index);
  const header: ImageHeader = readImageHeader(bytes, file, options.maxPixels);
  const { channels } = options;
  const orientation = options.exifRotation ? header.orientation : 1;
  const [height, width] = isTurned(orientation) ? [header.width, header.height] : [header.height, header.width];
  const decode = async (box: CropBox): Promise<Pixels> => {
    const stored = storedBox(box, orientation, header);
    return upright(await decodeImage(bytes, header, stored, channels, file), orientation);
  };
  return {
    height,
    width,
    decode,
    decodeInto: async (box, batch, row) => {
      if (header.format !== "jpeg" || orientation !== 1) return place(batch, row, await decode(box));
      const stride = batch.width * channels;
      const canvas = { values: batch.values, at: row * batch.height * stride, stride };
      await decodeImage(bytes, header, box, channels, file, canvas);
    },
  };
}

function resizeWhole(image: Pixels, side: number, interpolation: Interpolation): Promise<Pixels> {
  const scale = [image.height / side, image.width / side] as const;
  return resizeImage(image, { height: side, width: side, interpolation, scale });
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
