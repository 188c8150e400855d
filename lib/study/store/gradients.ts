import { existsSync } from "node:fs";
import { ready } from "../../engine";
import { CheckpointError, DataError } from "../../errors";
import { loadMarked, type TermGradient, termGradients } from "../../train";
import type { Job } from "../job";
import { dataset } from "../study-data";
import { readPart } from "./published";
import type { RunStore } from "./store";

/**
 * Gradient norms of a training at one mark, to five digits: from its weights where the store and the images are here,
 * else, at its end, the published ones; empty without either.
 */
export async function gradientsOf(store: RunStore, key: string, mark: number, job: Job): Promise<TermGradient[]> {
  const own = await computed(store.trainingFolder(key), mark, job);
  return own.length > 0 || mark !== 1 ? own : readPart<TermGradient>(key, "gradients");
}

/** None where only the results are here, without weights or images. */
async function computed(folder: string, mark: number, job: Job): Promise<TermGradient[]> {
  if (!existsSync(folder)) return [];
  try {
    const data = await dataset(job);
    await ready();
    const state = await loadMarked(folder, mark, job.run, data);
    const gradients = await termGradients(state, data).finally(() => state.dispose());
    return gradients.map((one) => ({ ...one, norm: Number(one.norm.toPrecision(5)) }));
  } catch (error) {
    if (error instanceof CheckpointError || error instanceof DataError) return [];
    throw error;
  }
}
