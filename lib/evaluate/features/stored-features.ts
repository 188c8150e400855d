import { createHash } from "node:crypto";
import { join } from "node:path";
import { canonicalJson } from "../../config";
import { DataError } from "../../errors";
import { cacheFolder, withLock } from "../../system";
import { weightsHash } from "./encoder-weights";
import { FeatureFile, type FeatureFileHeader } from "./feature-file";
import { BATCH, imageTransform, placesIn } from "./image-batches";
import type { Pass, WantedImages } from "./pass";

/** Incremented when the arithmetic of features changes, so that old files are not taken for new ones. */
const ARITHMETIC = 1;

/** The user's folder for features: `~/.cache/njepa/features`, or where this system keeps caches. */
export function featuresFolder(): string {
  return cacheFolder("features");
}

/** Rows readable by their images' places in the split, wherever stored; `width` counts from the end of a row. */
export interface StoredRows {
  read(places: Int32Array, width: number): Promise<Float32Array>;
}

/**
 * The features of a pass, from a file in `folder` that is created, or resumed where it was interrupted.
 *
 * The file is named by the encoder's weights and sizes, the data set's content, the split, the images' transform and
 * the number of blocks: other weights or data get another file, so nothing stale is read. Of several processes one
 * computes and the others wait. A file of more blocks serves fewer, and one of the whole split any of its images.
 */
export async function storedFeatures(
  folder: string,
  pass: Pass,
  { data, split, places: wanted }: WantedImages,
  compute: (from: number) => AsyncIterable<Float32Array>,
): Promise<StoredRows> {
  const { count } = data.split(split);
  const weights = weightsHash(pass.weights);
  const { embedDim, depth } = pass.run.model;
  const images = { dataset: data.fingerprint, split, images: imageTransform(data, pass.run) };
  const fileOf = (blocks: number, held?: Int32Array): Stored => {
    const key = featureKey(pass, weights, { ...images, ...(held && { places: sha256(held) }) }, blocks);
    const rows = { count: held?.length ?? count, width: blocks * embedDim, blockRows: BATCH };
    return { path: join(folder, `${key}.features`), header: { format: "njepa-features-1", key, ...rows }, held };
  };
  const some = wanted.length < count ? [wanted] : [];
  const fitting = [undefined, ...some].flatMap((held) => [fileOf(Math.min(4, depth), held), fileOf(pass.blocks, held)]);
  // The last one is checked when it is opened below.
  const { path, header, held } = (await firstWhole(fitting.slice(0, -1))) ?? (fitting.at(-1) as Stored);
  await withLock(`${path}.lock`, { what: "another process to extract features" }, async () => {
    const file = await FeatureFile.open(path, header);
    try {
      if (!file.complete) for await (const batch of compute(file.rows)) await file.append(batch);
    } finally {
      await file.close();
    }
  });
  return {
    async read(places, width) {
      const file = await FeatureFile.openWhole(path, header, { verified: true });
      if (file === null) throw new DataError(`${path} is gone or was changed while it was read: extract it again.`);
      const rows = held ? placesIn(held, places) : places;
      return file.read(rows, width).finally(() => file.close());
    },
  };
}

/** A file with features of all images of a split, or of those at the places in `held`. */
interface Stored {
  path: string;
  header: FeatureFileHeader;
  held: Int32Array | undefined;
}

async function firstWhole(candidates: readonly Stored[]): Promise<Stored | undefined> {
  for (const { path, header, held } of candidates) {
    const file = await FeatureFile.openWhole(path, header);
    await file?.close();
    if (file) return { path, header, held };
  }
  return undefined;
}

function sha256(places: Int32Array): string {
  const bytes = new Uint8Array(places.buffer, places.byteOffset, places.byteLength);
  return createHash("sha256").update(bytes).digest("hex");
}

function featureKey(
  { run, weights: { names } }: Pass,
  weights: string,
  images: { dataset: string; split: string; images: string; places?: string },
  blocks: number,
): string {
  const { imageSize, channels, patchSize, embedDim, depth, numHeads, mlpRatio } = run.model;
  const { mean, std } = run.data;
  const model = { imageSize, channels, patchSize, embedDim, depth, numHeads, mlpRatio };
  const about = {
    arithmetic: ARITHMETIC,
    weights,
    names,
    model,
    mean,
    std,
    compiler: run.train.compiler,
    blocks,
    ...images,
  };
  return createHash("sha256").update(canonicalJson(about)).digest("hex");
}
