import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StudyError } from "../../errors";
import { rng } from "../../random";
import { evaluationKey, jobKey } from "../job";
import type { Result } from "../store/result";
import { openStore } from "../store/store";
import type { Study } from "../study";
import { dataOf } from "../study-data";
import { runLocally } from "./local-executor";

/** Comparison of one stored result with training and evaluating it again. */
export interface Verified {
  row: string;
  column: string;
  seed: number;
  /** Percent, as stored and as recomputed; null: the new training failed. */
  stored: number;
  again: number | null;
  /** Why the new training failed; null where it did not. */
  failed: string | null;
  /** Whether they differ by no more than the tolerance. */
  agrees: boolean;
  made: Result["made"];
}

export interface VerifyOptions {
  store?: string;
  /** Number of cells to draw; default 1. */
  cells?: number;
  /** Points by which the two may differ, default 0.5; 0 is right where engine, device and threads are the same. */
  tolerance?: number;
  /** Only cells of this row, and of this column. */
  row?: string;
  column?: string;
  /** Seed of the draw of cells. */
  seed?: number;
  /** On abort, the cell at hand and those after it are left out of what is returned. */
  signal?: AbortSignal;
}

/**
 * Compares some cells of a study, trained and evaluated again in a separate folder, with the stored results.
 *
 * @throws {StudyError} when the store has no result of the study
 */
export async function verifyStudy(study: Study, options: VerifyOptions = {}): Promise<Verified[]> {
  const { cells: count = 1, tolerance = 0.5, seed = 0, row: onlyRow, column: onlyColumn, signal } = options;
  const { rows, columns } = study.config;
  checkName(study, "row", onlyRow, rows);
  checkName(study, "column", onlyColumn, columns);
  const store = openStore(options.store);
  const data = await dataOf(study.jobs);
  const keys = study.jobs.map((job, at) => jobKey(job, data[at]?.fingerprint as string));
  const stored = await Promise.all(keys.map((key) => store.results(key)));
  const known = study.cells.flatMap((cell) => {
    if ((onlyRow ?? cell.row.name) !== cell.row.name || (onlyColumn ?? cell.column.name) !== cell.column.name)
      return [];
    const result = stored[cell.job]?.found.get(evaluationKey(cell.evaluation));
    return result ? [{ cell, result }] : [];
  });
  if (known.length === 0)
    throw new StudyError(
      `study ${study.config.name}: ${store.folder} has no result at preset ${study.preset} to verify.`,
    );
  const drawn = [...rng(seed).fold("verify").permutation(known.length).slice(0, count)];
  const folder = await mkdtemp(join(tmpdir(), "njepa-verify-"));
  try {
    const verified: Verified[] = [];
    for (const at of drawn) {
      const { cell, result } = known[at] as (typeof known)[0];
      const job = { ...(study.jobs[cell.job] as Study["jobs"][0]), evaluations: [cell.evaluation] };
      // Without what is published: else the published result would be found and compared with itself.
      const anew = openStore(folder, { published: false });
      const [end] = await runLocally([job], anew, signal ? { signal } : {});
      if (end?.end === "stopped") break;
      const { found } = await anew.results(keys[cell.job] as string);
      const again = found.get(evaluationKey(cell.evaluation));
      const [before, now] = [percent(result), again ? percent(again) : null];
      const agrees = now !== null && Math.abs(now - before) <= tolerance;
      const { row, column } = cell;
      const where = { row: row.name, column: column.name, seed: cell.seed };
      const failed = end?.end === "failed" ? end.message : now === null ? "its data are not those of the result" : null;
      verified.push({ ...where, stored: before, again: now, failed, agrees, made: result.made });
    }
    return verified;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function checkName(study: Study, what: string, name: string | undefined, known: readonly { name: string }[]): void {
  if (name === undefined || known.some((one) => one.name === name)) return;
  const names = known.map((one) => one.name).join(", ");
  throw new StudyError(`study ${study.config.name} has no ${what} ${name}: expected one of ${names}.`);
}

function percent({ numbers: { accuracies } }: Result): number {
  return (100 * accuracies.reduce((sum, share) => sum + share, 0)) / accuracies.length;
}
