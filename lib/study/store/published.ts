import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { compiledFile } from "../../system";

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

export const publishedManifest = (folder: string): string => join(folder, "data.json");

/** The data sets of the published results; empty where nothing was published, or the file is not ours. */
export function publishedData(folder: string = publishedFolder()): readonly PublishedData[] {
  const path = publishedManifest(folder);
  if (!existsSync(path)) return [];
  try {
    const read = Manifest.safeParse(JSON.parse(readFileSync(path, "utf8")));
    return read.success ? read.data.data : [];
  } catch {
    return [];
  }
}
