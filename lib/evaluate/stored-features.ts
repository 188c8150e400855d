import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder, withLock } from "../cache";
import { canonicalJson } from "../config";
import type { Dataset, SplitName } from "../data";
import { weightsHash } from "./encoder-weights";
import type { Pass } from "./extract-features";
import { FeatureFile, type FeatureFileHeader } from "./feature-file";
import { BATCH, imageTransform } from "./image-batches";

/** Raised when the arithmetic of features changes, so that old files are not taken for new ones. */
const ARITHMETIC = 1;

/** The user's folder for features: `~/.cache/njepa/features`, as caches are placed on this system. */
export function featuresFolder(): string {
  return cacheFolder("features");
}

/** Rows that can be read, wherever they lie; `width` counts from the end of a row. */
export interface StoredRows {
  read(places: Int32Array, width: number): Promise<Float32Array>;
}

/**
 * The features of a pass from a file in `folder`, which is made, or gone on with where it was broken off.
 *
 * The file is named by the encoder's weights and sizes, the data set's content, the split, the images' transform and the
 * number of blocks: other weights or data are another file, so that nothing stale is read. Of several processes one
 * computes and the others wait. A file of more blocks serves for fewer.
 */
export async function storedFeatures(
  folder: string,
  pass: Pass,
  data: Dataset,
  splitName: SplitName,
  compute: (from: number) => AsyncIterable<Float32Array>,
): Promise<StoredRows> {
  const { count } = data.split(splitName);
  const weights = weightsHash(pass.weights);
  const { embedDim, depth } = pass.run.model;
  const images = { dataset: data.fingerprint, split: splitName, images: imageTransform(data, pass.run) };
  const fileOf = (blocks: number) => {
    const key = featureKey(pass, weights, images, blocks);
    const header = { format: "njepa-features-1", key, count, width: blocks * embedDim, blockRows: BATCH } as const;
    return { path: join(folder, `${key}.features`), header };
  };
  const wide = fileOf(Math.min(4, depth));
  const { path, header } = (await isWhole(wide)) ? wide : fileOf(pass.blocks);
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
      const file = await FeatureFile.open(path, header, { verified: true });
      return file.read(places, width).finally(() => file.close());
    },
  };
}

async function isWhole({ path, header }: { path: string; header: FeatureFileHeader }): Promise<boolean> {
  if (!(await stat(path).catch(() => undefined))) return false;
  const file = await FeatureFile.open(path, header);
  await file.close();
  return file.complete;
}

function featureKey(
  { run, weights: { names } }: Pass,
  weights: string,
  images: { dataset: string; split: SplitName; images: string },
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
