import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeDurably } from "../../system";
import { jobKey, libraryVersion } from "../job";
import { publishedData, publishedFolder, publishedManifest } from "../store/published";
import { resultName } from "../store/result";
import { openStore } from "../store/store";
import type { Study } from "../study";
import { dataOf, dataSettings } from "../study-data";

/**
 * Copies a study's results out of a store into the folder that goes with the library, so that anyone can see them without training
 * or images; weights and records stay.
 *
 * @returns how many results are there now that belong to the study
 */
export async function publishStudy(
  study: Study,
  { store: folder, to = publishedFolder() }: { store?: string; to?: string } = {},
): Promise<number> {
  const store = openStore(folder);
  const data = await dataOf(study.jobs);
  const known = new Map(publishedData(to).map((one) => [one.settings, one]));
  let count = 0;
  for (const [at, job] of study.jobs.entries()) {
    const { name, fingerprint } = data[at] as (typeof data)[0];
    known.set(dataSettings(job), { settings: dataSettings(job), name, fingerprint });
    const key = jobKey(job, fingerprint);
    const { found } = await store.results(key);
    const results = join(to, libraryVersion, key, "results");
    await mkdir(results, { recursive: true });
    for (const result of found.values()) {
      const from = join(store.jobFolder(key), "results", resultName(result));
      // What was published already comes from there.
      await copyFile(from, join(results, resultName(result))).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOENT") throw error;
      });
      count++;
    }
  }
  const manifest = { data: [...known.values()].sort((a, b) => (a.settings < b.settings ? -1 : 1)) };
  await writeDurably(publishedManifest(to), `${JSON.stringify(manifest, null, 1)}\n`);
  return count;
}
