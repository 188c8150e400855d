import { createHash } from "node:crypto";
import { readFile, realpath } from "node:fs/promises";
import { DecodeError } from "../../errors";
import type { Pixels } from "../../pixels";
import { mapLimited, type OnProgress, writeDurably } from "../../system";
import { decodeImage } from "../images/decode-image";
import type { ImageFiles } from "../images/image-files";
import { type ImageHeader, readImageHeader } from "../images/image-header";
import type { ImageOptions } from "../images/image-split";
import type { DataProblem } from "../problem";
import { manifestFile } from "./manifest";

/** Incremented when decoding changes, so that an image is not considered broken, or intact, forever. */
const DECODING = 2;
/** Images between two checks of the clock, and the most that are pending at once. */
const CHUNK = 512;

/**
 * The broken images of a split, and the positions of all others, found by decoding every image in full once. The result
 * is cached for as long as names and lengths stay the same.
 *
 * @throws {DataError} when a file cannot be read: that is a problem with the disk, not the image
 */
export async function findBroken(
  root: string,
  files: ImageFiles,
  options: Pick<ImageOptions, "channels" | "maxPixels" | "limit">,
  watch: Watch = {},
): Promise<{ broken: DataProblem[]; whole: Int32Array }> {
  const { onProgress, fresh } = watch;
  const key = keyOf(files, options);
  const file = manifestFile(await realpath(root), `verified-${files.name}`);
  const kept = fresh ? null : await readKept(file);
  const broken = kept?.key === key ? kept.broken : await decodeAll(files, options, watch);
  if (kept?.key !== key) {
    try {
      await writeDurably(file, JSON.stringify({ key, broken } satisfies Kept));
    } catch (error) {
      onProgress?.(`which images are broken is not kept for the next time: ${(error as Error).message}`);
    }
  }
  const places = new Set(broken.map(({ place }) => place));
  return {
    broken: broken.map(({ place: _, ...problem }) => problem),
    whole: Int32Array.from({ length: files.count }, (_, index) => index).filter((index) => !places.has(index)),
  };
}

interface Watch {
  onProgress?: OnProgress | undefined;
  onImage?: ((header: ImageHeader, pixels: Pixels | null) => void) | undefined;
  /** Decode all of them again, whatever the cache says. */
  fresh?: boolean | undefined;
}

type Broken = DataProblem & { place: number };

interface Kept {
  key: string;
  broken: Broken[];
}

async function decodeAll(
  files: ImageFiles,
  { channels, maxPixels, limit }: Pick<ImageOptions, "channels" | "maxPixels" | "limit">,
  { onProgress, onImage }: Watch,
): Promise<Broken[]> {
  const broken: Broken[] = [];
  let told = Date.now();
  for (let start = 0; start < files.count; start += CHUNK) {
    const places = Array.from({ length: Math.min(CHUNK, files.count - start) }, (_, index) => start + index);
    await mapLimited(limit, places, async (place) => {
      const file = files.nameOf(place);
      await files
        .use(place, async (bytes) => {
          const header = readImageHeader(bytes, file, maxPixels);
          const pixels = await decodeImage(bytes, header, { top: 0, left: 0, ...sizeOf(header) }, channels, file);
          onImage?.(header, files.name === "train" ? pixels : null);
        })
        .catch((error: Error) => {
          if (!(error instanceof DecodeError)) throw error;
          broken.push({ place, file, kind: "broken", message: error.message });
        });
    });
    if (Date.now() - told < 1000) continue;
    told = Date.now();
    onProgress?.(`looking for broken images in ${files.name}: ${start + places.length} of ${files.count}`);
  }
  return broken.sort((a, b) => a.place - b.place);
}

const sizeOf = ({ height, width }: { height: number; width: number }) => ({ height, width });

function keyOf(files: ImageFiles, { channels, maxPixels }: Pick<ImageOptions, "channels" | "maxPixels">): string {
  const hash = createHash("sha256").update(`${DECODING} ${channels} ${maxPixels}\n`);
  for (let index = 0; index < files.count; index++) hash.update(`${files.bytesOf(index)}\t${files.nameOf(index)}\n`);
  return hash.digest("hex");
}

async function readKept(file: string): Promise<Kept | null> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Kept;
  } catch {
    // Not there, or written by something else: the images are the truth.
    return null;
  }
}
