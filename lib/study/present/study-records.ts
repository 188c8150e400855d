import { type Summary, summarize } from "../../evaluate";
import { wrap } from "../../report";
import type { RunRecord } from "../../train";
import { recordsOf } from "../store/curves";
import { type StudyResults, trainingsOf } from "../store/results";
import { openStore } from "../store/store";
import { judge, pairedDifferences } from "../verdicts/paired";

/** One step of one of a study's trainings. */
export interface StudyRecord extends RunRecord {
  row: string;
  seed: number;
  /** Share of the training's steps completed with this one, in (0, 1]. */
  progress: number;
}

/** Per-step records of every finished training of a study in the store; for published trainings, their curves. */
export async function studyRecords(results: StudyResults): Promise<StudyRecord[]> {
  const store = openStore(results.store);
  const parts = trainingsOf(results).map(async ({ row, seed, key, made: { steps } }) => {
    const records = await recordsOf(store, key, steps);
    return records.map((record) => ({ ...record, row, seed, progress: record.step / steps }));
  });
  return (await Promise.all(parts)).flat();
}

/** One number of a training: a mean over some of its steps. */
export interface TrainingValue {
  row: string;
  seed: number;
  value: number;
}

/**
 * One sentence on whether a number of one row's trainings is above another's, paired by seed, by the 95 % interval of
 * the mean difference.
 *
 * @param values one per row and training seed, such as a mean of records
 * @param what   name of the number, which begins the sentence
 */
export function compareRows(
  values: readonly TrainingValue[],
  what: string,
  { above, below }: { above: string; below: string },
): string {
  const of = (name: string) => values.filter(({ row }) => row === name);
  const differences = pairedDifferences(of(above), of(below), ({ value }) => value);
  const about = `${what}, ${above} − ${below}`;
  return wrap(differences.length === 0 ? `${about}: not measured.` : `${about}: ${sentence(summarize(differences))}`);
}

function sentence(summary: Summary): string {
  const number = (value: number) => String(Number(value.toPrecision(3))).replace("-", "−");
  const { mean, interval, n } = summary;
  if (interval === null) return `${number(mean)}; one seed, and so no interval: which is larger cannot be told.`;
  const side = judge(summary);
  const verdict =
    side === null ? "which is larger cannot be told" : `the first is ${side === "above" ? "larger" : "smaller"}`;
  return `${number(mean)}, 95 % interval ${number(interval[0])} to ${number(interval[1])} over ${n} seeds: ${verdict}.`;
}
