import { hostname } from "node:os";
import { basename, join } from "node:path";
import { processor, writeDurably } from "../../system";
import { jobKey, libraryVersion } from "../job";
import { recordsOf, thinned } from "../store/curves";
import { gradientsOf } from "../store/gradients";
import { partFile, publishedFolder, publishedManifest, readManifest } from "../store/published";
import { encodeResult, type Result, resultName } from "../store/result";
import { openStore } from "../store/store";
import type { Study } from "../study";
import { dataOf, dataSettings } from "../study-data";
import { type CrateFile, writeCrate } from "./ro-crate";

/**
 * Copies a study's results, training curves and last gradients from a store into the folder shipped with the library,
 * so that anyone can see them without training or images. Weights and per-step records are not copied, this machine's
 * name is replaced by its processor, and paths of images and of label lists are left out. An RO-Crate beside them
 * describes each file.
 *
 * @returns how many of the study's results are in that folder now
 * @throws {StudyError} where the folder's manifest or crate is damaged
 */
export async function publishStudy(
  study: Study,
  { store: folder, to = publishedFolder() }: { store?: string; to?: string } = {},
): Promise<number> {
  const store = openStore(folder);
  const data = await dataOf(study.jobs);
  const known = new Map(readManifest(to).map((one) => [one.settings, one]));
  const files: CrateFile[] = [];
  let count = 0;
  for (const [at, job] of study.jobs.entries()) {
    const { name, fingerprint } = data[at] as (typeof data)[0];
    known.set(dataSettings(job), { settings: dataSettings(job), name, fingerprint });
    const key = jobKey(job, fingerprint);
    const { found } = await store.results(key);
    const results = join(to, libraryVersion, key, "results");
    for (const result of found.values()) {
      const path = join(results, resultName(result));
      await writeDurably(path, encodeResult(withoutPlaces(result)));
      files.push({ path, result, kind: "result" });
      count++;
    }
    const [result] = found.values();
    if (result === undefined || job.source !== "trained") continue;
    const parts = [
      { kind: "curves", content: thinned(await recordsOf(store, key, result.made.steps)) },
      { kind: "gradients", content: await gradientsOf(store, key, 1, job) },
    ] as const;
    for (const { kind, content } of parts) {
      if (content.length === 0) continue;
      const path = partFile(to, key, kind);
      await writeDurably(path, `${JSON.stringify(content)}\n`);
      files.push({ path, result, kind });
    }
  }
  const manifest = { data: [...known.values()].sort((a, b) => (a.settings < b.settings ? -1 : 1)) };
  await writeDurably(publishedManifest(to), `${JSON.stringify(manifest, null, 1)}\n`);
  await writeCrate(to, files);
  return count;
}

/** The result without the names of this machine and of its folders; its key has none of them. */
function withoutPlaces(result: Result): Result {
  const { run, evaluation, made } = result;
  const { path: _, ...data } = run.data;
  // Two machines may have one name, so a result says itself what it was computed on.
  const { processor: computedOn, ...elsewhere } = made;
  const { labelLists: lists, listHashes } = evaluation;
  return {
    ...result,
    run: { ...run, data },
    evaluation: lists && listHashes ? { ...evaluation, labelLists: lists.map((list) => basename(list)) } : evaluation,
    made: { ...elsewhere, host: computedOn ?? (made.host === hostname() ? processor() : made.host) },
  };
}
