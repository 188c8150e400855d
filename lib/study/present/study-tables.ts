import { presets } from "../../config";
import { summarize } from "../../evaluate";
import { type Displayable, pointsText, provenance, type TableOptions, table } from "../../report";
import type { EncoderHealth } from "../store/result";
import type { StudyResults } from "../store/results";
import { measured } from "../verdicts/cells";
import { conclude } from "../verdicts/conclusion";
import { orderingText } from "../verdicts/effects";
import { healthProblems } from "../verdicts/health";
import { imagesTable } from "../verdicts/image-pairs";
import { comparisonsText, pText } from "../verdicts/sentences";
import { healthCorrelations } from "./health-correlations";
import { differences, pairs } from "./row-differences";
import { settingsRows } from "./settings-rows";
import { sideBySide } from "./side-by-side";
import { stepCosts } from "./step-costs";
import { runsTable } from "./study-runs";
import { tableRows } from "./table-rows";

/** Ways to show a study's results: each function takes results. */
export const studyTables = {
  results: resultsTable,
  settings,
  claims,
  health,
  cited,
  images: imagesTable,
  stepCosts,
  runs: runsTable,
  sideBySide,
  healthCorrelations,
  pairs,
  differences,
  provenance: studyProvenance,
};

/**
 * The table of a study: measured mean ± standard deviation over training seeds, n, seeds, and the paper's value beside
 * it.
 */
function resultsTable(results: StudyResults): Displayable {
  return table(resultsRows(results), resultsOptions(results));
}

export function resultsRows(results: StudyResults) {
  const { config, seeds } = results.study;
  const several = config.columns.length > 1;
  const gains = config.rows.filter((row) => row.source === "trained").length > 1;
  const noted = tableRows(results).some(({ fits }) => fits !== null);
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
    ...(noted ? { fits: it.fits ?? "" } : {}),
    ...(lacking ? { missing: it.missing ?? "" } : {}),
  }));
}

export function resultsOptions(results: StudyResults): TableOptions {
  const { config, preset } = results.study;
  const first = config.rows.find((row) => row.source === "trained")?.name;
  const apart = results.study.jobs.every(({ run }) => run.data.developmentShare !== undefined);
  const caption =
    `${config.title}, preset ${preset}: ${apart ? "accuracy on development images" : "test accuracy"}, mean ± standard deviation over training seeds` +
    `${first === undefined ? "" : `; gain over "${first}" seed by seed, ± half its 95 % interval`}. Paper: ViT-B/16 on ImageNet-1k.${shallow(results)}`;
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

/** What "last 4" means where the encoder has fewer blocks. */
function shallow({ study }: StudyResults): string {
  const { cells, jobs } = study;
  const cell = cells.find(({ row, evaluation }) => row.source !== "raw-pixels" && evaluation.layers.includes("last4"));
  const depth = cell && jobs[cell.job]?.run.model.depth;
  return depth !== undefined && depth < 4 ? ` "last 4" is ${depth} blocks, all that the encoder has.` : "";
}

/** What is trained for each row: the settings in which rows differ, and the number of trainings. */
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

/**
 * Every claimed ordering: its effect with interval, the paper's effect, p values, the detectable difference, and the
 * verdict.
 */
function claims(results: StudyResults): Displayable {
  const several = results.study.config.columns.length > 1;
  const { claims: concluded, family } = conclude(results);
  const rows = concluded.flatMap(({ comparisons }) =>
    comparisons.map(({ effect, corrected, detectable, verdict, ...ordering }) => ({
      difference: orderingText(ordering, several),
      points: effect && pointsText(effect),
      paper: ordering.paper ?? "not known",
      p: effect && pText(effect.p),
      corrected: corrected === null ? null : pText(corrected),
      signs: effect && pText(effect.exact.p),
      detectable,
      equal: effect?.equivalence ?? null,
      verdict,
    })),
  );
  return table(rows, {
    id: `${results.study.config.name}-claims`,
    caption:
      "Mean differences in points with their 95 % intervals, over training seeds and label subsets; p by Student's t, corrected by Holm " +
      `over ${comparisonsText(family.comparisons)} of all tables, and exact by the signs of the seeds; the smallest difference that such ` +
      "a study finds in 80 %; the bound within which the rows are equal, at 95 %",
    columns: {
      difference: {},
      points: { header: "points (95 %)", align: "right" },
      paper: { digits: 1, align: "right" },
      p: { align: "right" },
      corrected: { header: "p, Holm", align: "right" },
      signs: { header: "p, signs", align: "right" },
      detectable: { header: "detectable", digits: 1, align: "right" },
      equal: { header: "equal within", digits: 1, align: "right" },
      verdict: {},
    },
  });
}

/** Health of each row's trainings and of the untrained encoder, mean ± standard deviation over training seeds. */
function health({ study, cells, control }: StudyResults): Displayable {
  const column = study.config.columns[0]?.name;
  const rows = [...cells.filter((cell) => cell.column === column), ...control.slice(0, 1).map(({ below }) => below)];
  const shown = rows.flatMap(({ row, seeds }) => {
    const all = seeds.flatMap(({ health }) => health ?? []);
    if (all.length === 0) return [];
    const over = (value: (one: EncoderHealth) => number) => {
      const { mean, std, n } = summarize(all.map(value));
      return measured(mean, std, n);
    };
    const found = seeds.flatMap(({ health, made }) => (health ? healthProblems(health, made.steps) : []));
    const problems = [...new Set(found)].join("; ");
    return {
      row,
      rankMe: over((one) => one.rankMe),
      ...(all.every(({ lidar }) => lidar !== undefined) && { lidar: over((one) => one.lidar as number) }),
      position: over((one) => 100 * one.targetByPosition),
      image: over((one) => 100 * one.targetByImage),
      cosine: over((one) => one.teacherCosine),
      lag: over((one) => one.teacherLag),
      std: over((one) => one.featureStd),
      problems: problems === "" ? "none" : problems,
    };
  });
  const unique = shown.filter(({ row }, at) => shown.findIndex((one) => one.row === row) === at);
  return table(unique, {
    id: `${study.config.name}-health`,
    caption:
      "Health on training images: effective directions, the targets' variance by position and by image, student and teacher",
    columns: {
      row: { header: "" },
      rankMe: { header: "RankMe", digits: 1 },
      lidar: { header: "LiDAR", digits: 1 },
      position: { header: "by position", unit: "%", digits: 0 },
      image: { header: "by image", unit: "%", digits: 0 },
      cosine: { header: "teacher cosine", digits: 2 },
      lag: { header: "teacher lag", digits: 3 },
      std: { header: "feature std", digits: 2 },
      problems: {},
    },
  });
}

/** Numbers published by others, for comparison with ours. */
function cited({ study }: StudyResults): Displayable {
  const rows = study.config.cited.map(({ what, top1, source }) => ({ what, "top-1": top1, source }));
  return table(rows, {
    id: `${study.config.name}-cited`,
    caption: "Published by others on ImageNet-1k: cited, not measured here",
    columns: { what: { header: "" }, "top-1": { unit: "%", digits: 1 } },
  });
}

/** Engine, devices, data and seeds of the results, for the foot of a page. */
function studyProvenance(results: StudyResults): Displayable {
  const unique = (values: readonly string[]) => [...new Set(values)].join("; ") || undefined;
  return provenance({
    tensorflow: unique(results.made.map(({ tensorflow }) => tensorflow)),
    device: unique(results.made.map(({ device, host }) => `${device} of ${host}`)),
    commit: unique(results.made.flatMap(({ commit }) => commit ?? [])),
    data: results.data,
    seeds: results.study.seeds,
  });
}
