import { type RunRecord, readRecords } from "../../train";
import { readPart } from "./published";
import type { RunStore } from "./store";

/** Number of points of a published curve: as many as a page-wide figure can show. */
const POINTS = 200;

/**
 * At most `points` records in place of all: each stands for a stretch of steps, with the step and settings of the last
 * and the means of losses and gradient norms, to five digits.
 */
export function thinned(records: readonly RunRecord[], points = POINTS): RunRecord[] {
  const stretches = Math.min(points, records.length);
  return Array.from({ length: stretches }, (_, at) => {
    const [from, to] = [at, at + 1].map((edge) => Math.round((edge * records.length) / stretches)) as [number, number];
    const part = records.slice(from, to);
    const last = part.at(-1) as RunRecord;
    const means = averaged.map((name) => [name, mean(part.map((record) => record[name]))]);
    return { ...last, ...Object.fromEntries(means), diagnostics: null };
  });
}

const averaged = ["loss", "lossCT", "lossNT", "lossCN", "gradNorm", "gradNormAll"] as const;

function mean(values: readonly (number | null | undefined)[]): number | null {
  const there = values.filter((value) => typeof value === "number");
  if (there.length === 0) return null;
  return Number((there.reduce((sum, value) => sum + value, 0) / there.length).toPrecision(5));
}

/**
 * A finished training's records: of every step where the store has them, else the published curves. Records that do not
 * reach the training's last step are of another that was begun again, and are left out; empty without any.
 *
 * @param steps  of the whole training, as its result says
 */
export async function recordsOf(store: RunStore, key: string, steps: number): Promise<RunRecord[]> {
  const own = await readRecords(store.trainingFolder(key));
  if (own.at(-1)?.step === steps) return own;
  const published = await readPart<RunRecord>(key, "curves");
  return published.at(-1)?.step === steps ? published : [];
}
