import { presets } from "../../config";
import { summarize } from "../../evaluate";
import { type Displayable, provenance, type TableOptions, table } from "../../report";
import type { StudyResults } from "../store/results";
import { conclude } from "./conclusion";
import { signed } from "./sentences";
import { settingsRows } from "./settings-rows";
import { cellOf, halfWidth, tableRows } from "./study-rows";

/** What a study's results are shown as: each takes results. */
export const studyTables = { results: resultsTable, settings, claims, cited, pairs, provenance: studyProvenance };

/** The table of a study: measured mean ± standard deviation over training seeds, n, seeds, and the paper's value beside. */
function resultsTable(results: StudyResults): Displayable {
  return table(resultsRows(results), resultsOptions(results));
}

export function resultsRows(results: StudyResults) {
  const { config, seeds } = results.study;
  const several = config.columns.length > 1;
  const gains = config.rows.filter((row) => row.source === "trained").length > 1;
  const lacking = results.cells.some(({ missing }) => missing.length > 0);
  return tableRows(results).map((it) => ({
    ...(several ? { column: it.column } : {}),
    row: it.row,
    ...(several ? { labels: it.labels } : {}),
    "top-1": measured(it.mean, it.std, it.n) ?? "not measured",
    ...(lacking ? { n: `${it.n} of ${it.seeds === "none" ? 1 : seeds.length}` } : {}),
    seeds: it.seeds,
    ...(gains ? { gain: measured(it.gain, it.gain95) } : {}),
    paper: it.paper ?? (it.paperSource === null ? "no such row" : "lost"),
    ...(lacking ? { missing: it.missing ?? "" } : {}),
  }));
}

export function resultsOptions(results: StudyResults): TableOptions {
  const { config, preset } = results.study;
  const first = config.rows.find((row) => row.source === "trained")?.name;
  const caption =
    `${config.title}, preset ${preset}: test accuracy, mean ± standard deviation over training seeds` +
    `${first === undefined ? "" : `; gain over "${first}" seed by seed, ± half its 95 % interval`}. Paper: ViT-B/16 on ImageNet-1k.`;
  return {
    id: config.name,
    caption,
    columns: {
      ...(config.columns.length > 1 ? { column: { header: "labels, layers" } } : {}),
      row: { header: "" },
      "top-1": { unit: "%", digits: 1, align: "right" },
      gain: { unit: "points", digits: 1 },
      paper: { header: "paper's top-1", unit: "%", digits: 1, align: "right" },
    },
  };
}

function measured(value: number | null, spread: number | null, n?: number) {
  if (value === null) return null;
  return { value, ...(spread === null ? {} : { spread }), ...(n === undefined ? {} : { n }) };
}

/** What is trained for each row: the settings in which the rows differ, and how many trainings that is. */
function settings({ study }: StudyResults): Displayable {
  const { time, machine, command } = presets[study.preset].study;
  const caption =
    `What the rows differ in. ${study.jobs.length} trainings with preset ${study.preset}, seeds ${study.seeds.join(", ")}; all ` +
    `tables together: ${time} on ${machine}, ${command}`;
  return table(settingsRows(study), {
    id: `${study.config.name}-settings`,
    caption,
    columns: { row: { header: "" } },
  });
}

/** Every claimed ordering: its effect with interval, the paper's, p values, what could have been found, and the verdict. */
function claims(results: StudyResults): Displayable {
  const several = results.study.config.columns.length > 1;
  const { claims: concluded, family } = conclude(results);
  const rows = concluded.flatMap(({ claim, comparisons }) =>
    comparisons.map(({ above, below, column, effect, paper, corrected, detectable, verdict }) => ({
      claim: claim.says,
      difference: `${above} − ${below}`,
      ...(several ? { column } : {}),
      effect: effect?.mean ?? null,
      interval: effect ? `${signed(effect.interval[0])} to ${signed(effect.interval[1])}` : null,
      paper: paper ?? "not known",
      p: effect?.p ?? null,
      corrected,
      signs: effect?.exact.p ?? null,
      detectable,
      equal: effect?.equivalence ?? null,
      verdict,
    })),
  );
  return table(rows, {
    id: `${results.study.config.name}-claims`,
    caption:
      "What is claimed, seed by seed and label subset by label subset: mean difference with its 95 % interval; p by Student's t, corrected " +
      `by Holm over ${family.comparisons} unique comparisons of all tables, and exact by the signs of the seeds; the smallest ` +
      "difference that such a study finds in 80 %; the bound within which the rows are equal, at 95 %",
    columns: {
      claim: {},
      difference: {},
      ...(several ? { column: { header: "labels, layers" } } : {}),
      effect: { unit: "points", digits: 1 },
      interval: { header: "95 % interval", align: "right" },
      paper: { header: "paper", unit: "points", digits: 1, align: "right" },
      p: { digits: 3 },
      corrected: { header: "p, corrected", digits: 3 },
      signs: { header: "p, signs", digits: 3 },
      detectable: { header: "found from", unit: "points", digits: 1 },
      equal: { header: "equal within", unit: "points", digits: 1 },
      verdict: {},
    },
  });
}

/** Numbers that others published, beside ours and not ours. */
function cited({ study }: StudyResults): Displayable {
  const rows = study.config.cited.map(({ what, top1, source }) => ({ what, "top-1": top1, source }));
  return table(rows, {
    id: `${study.config.name}-cited`,
    caption: "Published by others on ImageNet-1k: cited, not measured here",
    columns: { what: { header: "" }, "top-1": { unit: "%", digits: 1 } },
  });
}

/**
 * One row less another on the same label subsets, training seed by training seed: the mean over subsets ± half its 95 %
 * interval. It speaks of label subsets; whether another training would do the same is what `claims` asks.
 */
function pairs(results: StudyResults, rows: { above: string; below: string }): Displayable {
  const { config } = results.study;
  const found = config.columns.flatMap(({ name }) =>
    cellOf(results, rows.above, name).seeds.flatMap(({ seed, subsets, labels }) => {
      const other = cellOf(results, rows.below, name).seeds.find((it) => it.seed === seed);
      if (!other || other.subsets.length !== subsets.length) return [];
      const gain = summarize(subsets.map((top1, index) => top1 - (other.subsets[index] as number)));
      return [{ column: name, labels, seed, gain: measured(gain.mean, halfWidth(gain), gain.n) }];
    }),
  );
  return table(found, {
    id: `${config.name}-pairs`,
    caption: `${rows.above} less ${rows.below} on the same label subsets: mean ± half its 95 % interval over subsets`,
    columns: {
      column: { header: "labels, layers" },
      seed: { header: "training seed" },
      gain: { unit: "points", digits: 1 },
    },
  });
}

/** Engine, devices, data and seeds of the results, for the foot of a page. */
function studyProvenance(results: StudyResults): Displayable {
  const unique = (values: readonly string[]) => [...new Set(values)].join("; ") || undefined;
  return provenance({
    tensorflow: unique(results.made.map(({ tensorflow }) => tensorflow)),
    device: unique(results.made.map(({ device, host }) => `${device} of ${host}`)),
    data: results.data,
    seeds: results.study.seeds,
  });
}
