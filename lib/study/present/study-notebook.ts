import { StudyConfig, type StudyPresetName, studyPresets } from "../../config";
import { formatSeconds } from "../../system";
import { studies } from "../tables";
import { studyCosts } from "./study-costs";

/** A notebook in its file format (nbformat 4.5), without outputs. */
export interface NotebookContent {
  cells: readonly object[];
  metadata: object;
  nbformat: 4;
  nbformat_minor: 5;
}

type Part = { text: string } | { code: string; tag?: "parameters" | "no-cache" };

const metadata = {
  kernelspec: { display_name: "N-JEPA (TypeScript)", language: "typescript", name: "njepa" },
  language_info: { name: "typescript", file_extension: ".ts", mimetype: "text/x-typescript" },
};

/** Studies by the preset at which they are published: a quarter of an hour a training, or twice that; others: `demo`, a minute. */
const publishedAt: Partial<Record<StudyPresetName, readonly string[]>> = {
  cifar: [
    "table-1-loss-selection",
    "table-2-loss-weights",
    "table-3-noise-schedule",
    "table-4-linear-evaluation",
    "table-5a-noise",
    "table-5b-mask-token",
    "table-6a-predictor",
    "table-6b-low-shot",
    "figure-4-gradients",
  ],
  "cifar-long": ["learned"],
};

/** The preset that a study's page shows unless told: the one at which its results are published with the library. */
export function shownPreset(study: string): StudyPresetName {
  return studyPresets.find((preset) => publishedAt[preset]?.includes(study)) ?? "demo";
}

/** The notebook of one of `studies`: the same for the same study, so that it can be compared with the committed one. */
export function studyNotebook(name: string): NotebookContent {
  const config = StudyConfig.parse(studies[name]);
  const cells = parts(config).map((part, at) => {
    const about = { id: `cell-${String(at).padStart(2, "0")}` };
    if ("text" in part) return { cell_type: "markdown", ...about, metadata: {}, source: lines(part.text) };
    const tags = part.tag === undefined ? {} : { tags: [part.tag] };
    const source = lines(part.code);
    return { cell_type: "code", execution_count: null, ...about, metadata: tags, outputs: [], source };
  });
  return { cells, metadata, nbformat: 4, nbformat_minor: 5 };
}

function parts(config: StudyConfig): Part[] {
  const { name, notes, sections, cited, claims, answer } = config;
  const preset = studyPresets.map((one) => JSON.stringify(one));
  return [
    { text: opening(config) },
    { code: `let preset: ${preset.join(" | ")} = "${shownPreset(name)}";\nlet train = false;`, tag: "parameters" },
    {
      code: [
        'import * as njepa from "njepa";',
        `const study = njepa.openStudy("${name}", { preset });`,
        ...(claims.length > 0 ? ["console.log(njepa.decidableText(study));"] : []),
        "// What was measured: in the run store, or published with the library. With `train`, what is missing is trained now.",
        "const results = train ? await njepa.runStudy(study, { onProgress: njepa.liveLine() }) : await njepa.studyResults(study);",
        "results.problems.forEach((problem) => console.warn(problem));",
      ].join("\n"),
      tag: "no-cache",
    },
    ...(claims.length > 0 ? [{ code: "await njepa.show(njepa.studyVerdicts(results));" }] : []),
    ...answer.map((code) => ({ code })),
    { text: background(config) },
    { text: `## The table\n\n${notes === "" ? "" : `${notes}\n\n`}${tableText}` },
    { code: numbers },
    { code: tableCell(config) },
    { code: "await njepa.show(njepa.studyFigure(results));" },
    ...(cited.length > 0 ? citedParts : []),
    ...sections.flatMap(({ title, text, code }): Part[] => [
      { text: `## ${title}${text === "" ? "" : `\n\n${text}`}` },
      ...code.map((one) => ({ code: one })),
    ]),
    ...(claims.length > 0 ? claimParts : []),
    { text: "## What was trained" },
    { code: "await njepa.show(njepa.studyTables.settings(results), njepa.studyTables.health(results));" },
    { code: "await njepa.show(njepa.studyTables.runs(results), njepa.studyTables.provenance(results));" },
  ];
}

function opening({ title, asks }: StudyConfig): string {
  return `# ${title}\n\n**The question.** ${asks}`;
}

function background(config: StudyConfig): string {
  const costs = studyCosts(config.name).map(({ preset, seeds, trainings, seconds, purpose }) => {
    const time = seconds === null ? "not measured" : formatSeconds(seconds);
    return `| \`${preset}\` | ${seeds} | ${trainings} | ${time} | ${purpose} |`;
  });
  return `**The paper.** ${sentence(config.found)}

${config.claims.length > 0 ? `${howToRead} ${howToJudge}` : howToRead}

**What it costs.** Fewer trainings where another table has made them already: results are kept by what they are made of, and what is
there is not trained again. Time is that of one core without GPU; cores and GPUs share it.

| preset | seeds | trainings | processor time | what for |
| --- | --- | --- | --- | --- |
${costs.join("\n")}`;
}

/** How to read a table, and its claims where it has any. */
const howToRead = `**How to read it.** Every row starts from the same first weights and sees the same batches, crops and masks as the row it is
compared with, so differences are taken seed by seed, and label subset by label subset.`;

const howToJudge = `An ordering is *seen*, or *contradicted*, when its
p value, corrected by Holm over the comparisons of all tables, is at most 0.05 and no stated seed is missing, else it *cannot be told*. It is *not judged* unless I-JEPA
is above its untrained encoder by an interval above zero. The paper gives no spread; its numbers are ViT-B/16 on ImageNet-1k and stand
beside ours for the ordering only.`;

const tableText = "Change the verbs to see the numbers in another way.";

const numbers = `const { from, op } = await njepa.arquero();
// A row for each training seed and label subset; label subsets are averaged first.
const numbers = from(njepa.studyNumbers(results));
const seeds = numbers.groupby("column", "row", "paper", "seed").rollup({ top1: op.mean("top1") });`;

/** More columns than this do not fit a page beside each other: they become lines. */
const MOST_COLUMNS = 6;

/** The paper's layout, methods × settings, the best of each setting marked. */
function tableCell({ name, title, columns, rows }: StudyConfig): string {
  const options = (names: readonly { name: string }[]) => names.map((it) => `${JSON.stringify(it.name)}: top1`);
  // Of several columns each has its own paper value, which a row of the table has no room for.
  const paper = columns.length > 1 ? [] : ['paper: { header: "paper", unit: "%", digits: 1 }'];
  const isWide = columns.length > MOST_COLUMNS;
  const lines = isWide ? '"column"' : `"row"${paper.length === 0 ? "" : ', "paper"'}`;
  const shown = isWide
    ? ['column: { header: "labels, layers" }', ...options(rows)]
    : ['row: { header: "" }', ...paper, ...options(columns)];
  return `const cells = seeds.groupby("column", "row", "paper").rollup({ value: op.mean("top1"), spread: op.stdev("top1"), n: op.valid("top1") })
  .derive({ cell: (d) => (d.n > 0 ? { value: d.value, spread: d.spread, n: d.n } : null) });
const top1 = { unit: "%", digits: 1${isWide ? "" : ', best: "high"'} } as const;
await njepa.show(njepa.table(cells.groupby(${lines}).pivot("${isWide ? "row" : "column"}", "cell", { sort: false }), { id: "${name}",
  caption: ${JSON.stringify(`${title}: test accuracy, mean ± standard deviation over training seeds`)}, columns: { ${shown.join(", ")} } }));`;
}

const citedParts: Part[] = [
  {
    text: "## Other people's numbers\n\nPublished on ImageNet-1k by others, with other methods and encoders. They are cited and not ours.",
  },
  { code: "await njepa.show(njepa.studyTables.cited(results));" },
];

const claimParts: Part[] = [
  { text: "## What the numbers say\n\nComputed from the intervals, not written by hand." },
  {
    code: [
      "await njepa.show(njepa.studyTables.claims(results), njepa.studyTables.images(results));",
      "console.log(njepa.conclude(results).text);",
    ].join("\n"),
  },
];

function sentence(text: string): string {
  const whole = text.endsWith(".") ? text : `${text}.`;
  return `${whole[0]?.toUpperCase()}${whole.slice(1)}`;
}

function lines(text: string): string[] {
  return text.split(/(?<=\n)/);
}
