import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { StudyError } from "../../errors";
import { compiledFile, readTextIfThere } from "../../system";
import { libraryVersion } from "../job";

/** Identifies data sets by their settings, so that published results are found without the images. */
const Manifest = z.strictObject({
  data: z.array(z.strictObject({ settings: z.string(), name: z.string(), fingerprint: z.string() })),
});
export type PublishedData = z.infer<typeof Manifest>["data"][number];

/**
 * Folder of the results that came with the checkout: `NJEPA_PUBLISHED`, else `reports/published` beside the library.
 */
export function publishedFolder(): string {
  return process.env.NJEPA_PUBLISHED ?? join(dirname(dirname(compiledFile())), "reports", "published");
}

/** What is published of a training beside its results. */
export type PublishedPart = "curves" | "gradients";

/** The file of a part in a folder of published results. */
export function partFile(folder: string, key: string, part: PublishedPart): string {
  return join(folder, libraryVersion, key, `${part}.json`);
}

/** A part of a published training; empty where none was published. */
export async function readPart<One>(key: string, part: PublishedPart): Promise<One[]> {
  return JSON.parse((await readTextIfThere(partFile(publishedFolder(), key, part))) ?? "[]") as One[];
}

export const publishedManifest = (folder: string): string => join(folder, "data.json");

/** The data sets of the published results; empty where nothing was published, or the file is not ours. */
export function publishedData(): readonly PublishedData[] {
  try {
    return readManifest(publishedFolder());
  } catch {
    return [];
  }
}

/**
 * The data sets of a folder's results, to which others are added; empty where nothing was published.
 *
 * @throws {StudyError} where the file is there and no manifest: written anew, it would no longer name those data sets
 */
export function readManifest(folder: string): readonly PublishedData[] {
  const path = publishedManifest(folder);
  if (!existsSync(path)) return [];
  try {
    return Manifest.parse(JSON.parse(readFileSync(path, "utf8"))).data;
  } catch (cause) {
    throw new StudyError(
      `${path} does not say of which data sets the published results are: expected the file as publish wrote it; restore it.`,
      { cause },
    );
  }
}
