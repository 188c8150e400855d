import { summarize } from "../../evaluate";
import { type Displayable, type Label, table } from "../../report";
import { wrap } from "../../report/wrap-text";
import { type LossRecord, type RunRecord, readRecords } from "../../train";
import type { StudyResults } from "../store/results";
import { openStore } from "../store/store";

/** One step of one of a study's trainings. */
export interface StudyRecord extends RunRecord {
  row: string;
  seed: number;
}

/** The records of every training of a study that the store has, step by step. */
export async function studyRecords(results: StudyResults): Promise<StudyRecord[]> {
  const { study, jobs } = results;
  const store = openStore(results.store);
  const first = study.config.columns[0]?.name;
  const parts = study.cells
    .filter(({ row, column }) => column.name === first && row.source === "trained")
    .map(async ({ row, seed, job }) => {
      const records = await readRecords(store.trainingFolder(jobs[job]?.key as string));
      return records.map((record): StudyRecord => ({ ...record, row: row.name, seed }));
    });
  return (await Promise.all(parts)).flat();
}

/** Fields of a record that are numbers. */
export type RecordField = "gradNorm" | "loss" | keyof LossRecord;

/** Mean of a field over the last fifth of each training's steps, by row and seed; a field that a row lacks is left out. */
function lastFifth(records: readonly StudyRecord[], field: RecordField): { row: string; seed: number; mean: number }[] {
  const trainings = new Map<string, StudyRecord[]>();
  for (const record of records) {
    const key = JSON.stringify([record.row, record.seed]);
    const known = trainings.get(key);
    if (known) known.push(record);
    else trainings.set(key, [record]);
  }
  return [...trainings.values()].flatMap((steps) => {
    const last = steps.slice(Math.floor(0.8 * steps.length)).map((record) => record[field]);
    const values = last.filter((value) => value !== null);
    const { row, seed } = steps[0] as StudyRecord;
    return values.length === 0
      ? []
      : [{ row, seed, mean: values.reduce((sum, value) => sum + value, 0) / values.length }];
  });
}

/** Mean of a field over the last fifth of the steps: one row per table row, ± the standard deviation over training seeds. */
export function recordTable(records: readonly StudyRecord[], field: RecordField, label: Label): Displayable {
  const means = lastFifth(records, field);
  const rows = [...new Set(means.map(({ row }) => row))].map((row) => {
    const own = means.filter((it) => it.row === row);
    const { mean, std, n } = summarize(own.map((it) => it.mean));
    const spread = std === null ? {} : { spread: std };
    return { row, [field]: { value: mean, ...spread, n }, seeds: own.map(({ seed }) => seed).join(", ") };
  });
  return table(rows, { ...label, columns: { row: { header: "" } } });
}

/**
 * One sentence about a field's mean over the last fifth of the steps: whether one row's is above another's, seed by seed, by the 95 %
 * interval of the mean difference.
 */
export function compareRecords(
  records: readonly StudyRecord[],
  field: RecordField,
  { above, below }: { above: string; below: string },
): string {
  const means = lastFifth(records, field);
  const differences = means
    .filter(({ row }) => row === above)
    .flatMap(({ seed, mean }) => {
      const other = means.find((it) => it.row === below && it.seed === seed);
      return other ? [mean - other.mean] : [];
    });
  const what = `${field} over the last fifth of the steps, ${above} − ${below}`;
  if (differences.length === 0) return `${what}: not measured.`;
  const { mean, interval, n } = summarize(differences);
  const number = (value: number) => String(Number(value.toPrecision(3))).replace("-", "−");
  if (interval === null)
    return `${what}: ${number(mean)}; one seed, and so no interval: which is larger cannot be told.`;
  const [low, high] = interval;
  const verdict =
    low > 0
      ? "the first is larger"
      : high < 0
        ? "the first is smaller"
        : "which is larger cannot be told at this scale";
  return wrap(`${what}: ${number(mean)}, 95 % interval ${number(low)} to ${number(high)} over ${n} seeds: ${verdict}.`);
}
