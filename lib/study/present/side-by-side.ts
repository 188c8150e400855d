import type { StudyPresetName } from "../../config";
import { DataError } from "../../errors";
import { type Displayable, table } from "../../report";
import { collectResults, type StudyResults } from "../store/results";
import { openStore } from "../store/store";
import { besideOptions, openStudy } from "../study";
import { dataOf } from "../study-data";
import { cellOf } from "../verdicts/cells";

/**
 * A study's first column at its own preset and at others, one column per preset: whatever the store has, and "not
 * measured" where it has nothing or the data are not here.
 */
export async function sideBySide(results: StudyResults, others: readonly StudyPresetName[]): Promise<Displayable> {
  const { study, store } = results;
  const all = [[study.preset, results] as const, ...(await Promise.all(others.map(resultsAt)))];
  async function resultsAt(preset: StudyPresetName) {
    const other = openStudy(study.config.name, { ...besideOptions(study), preset });
    try {
      return [preset, await collectResults(other, openStore(store), await dataOf(other.jobs))] as const;
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      return [preset, null] as const;
    }
  }
  const column = study.config.columns[0]?.name as string;
  const rows = study.config.rows.map(({ name, paper }) => ({
    row: name,
    ...Object.fromEntries(
      all.map(([preset, one]) => {
        const summary = one && cellOf(one, name, column).summary;
        const spread = summary?.std === null || !summary ? {} : { spread: summary.std };
        return [preset, summary ? { value: summary.mean, ...spread, n: summary.n } : "not measured"];
      }),
    ),
    paper: paper[column]?.value ?? (paper[column] ? "lost" : "no such row"),
  }));
  const shown = Object.fromEntries(all.map(([preset]) => [preset, { unit: "%", digits: 1, align: "right" as const }]));
  return table(rows, {
    id: `${study.config.name}-presets`,
    caption: `${study.config.title}, ${column}: mean ± standard deviation over training seeds, side by side`,
    columns: {
      row: { header: "" },
      ...shown,
      paper: { header: "paper's top-1", unit: "%", digits: 1, align: "right" },
    },
  });
}
