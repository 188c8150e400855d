import { z } from "zod";
import { share } from "./bounds";

/** Settings that override a preset; `parseRun` validates them when the study is opened. */
const overlay = z.record(z.string(), z.unknown());

const name = z.string().min(1);

/** A number printed in the paper, or null if it is lost in every copy found; never filled in. */
const PaperValue = z.strictObject({
  /** Top-1 in percent. */
  value: z.number().nullable(),
  /** Where it is printed, or why it is not known. */
  source: z.string().min(1),
});
export interface PaperValue extends z.infer<typeof PaperValue> {}

/** One row of a table: what is trained. */
const StudyRow = z.strictObject({
  name,
  /** Merged over the preset and the study's settings: objects key by key; lists and null replace. */
  settings: overlay.default({}),
  /** `trained`: a whole run; `untrained`: its encoder as first drawn; `raw-pixels`: no encoder. */
  source: z.enum(["trained", "untrained", "raw-pixels"]).default("trained"),
  /** A row whose number of operations this one matches: its epochs, warm-up included, are extended until it does. */
  sameOperationsAs: name.optional(),
  /** The paper's cell for each column, by column name. */
  paper: z.record(z.string(), PaperValue).default({}),
  note: z.string().optional(),
});
export interface StudyRow extends z.infer<typeof StudyRow> {}

/** One column of a table: how encoders are evaluated. Whatever is left out comes from the preset. */
const StudyColumn = z.strictObject({
  name,
  /** Share of the training labels. */
  fraction: share.optional(),
  encoder: z.enum(["student", "teacher"]).optional(),
  layers: z.enum(["last", "last4"]).optional(),
  /** Share of the training after which the encoder is taken, one of `train.checkpoint.keepMarks`; left out: its end. */
  at: share.optional(),
  /** Other settings of `evaluate`. */
  settings: overlay.default({}),
});
export interface StudyColumn extends z.infer<typeof StudyColumn> {}

/** Whether weights, some of them not 0, cancel: else a "difference" would hold the rows' own accuracy. */
function sumsToZero(weights: Readonly<Record<string, number>>): boolean {
  const all = Object.values(weights);
  const size = all.reduce((sum, weight) => sum + Math.abs(weight), 0);
  return size > 0 && Math.abs(all.reduce((sum, weight) => sum + weight, 0)) < 1e-9 * size;
}

/** The ordering of two rows in a column (default: the first), with the paper's difference. */
const StudyOrdering = z.strictObject({
  below: name,
  above: name,
  column: name.optional(),
  /** The column of `above`, where it differs from that of `below`. */
  aboveColumn: name.optional(),
  /** Weights of several rows, summing to 0, instead of `above` − `below`: a trend over a sweep. */
  contrast: z.record(z.string(), z.number()).refine(sumsToZero, { error: "expected weights that sum to 0" }).optional(),
  /** Unit of the contrast, such as "for each tenfold". */
  per: z.string().optional(),
  /** Points of top-1 between the two in the paper; null: not known. */
  paper: z.number().nullable().default(null),
});
export interface StudyOrdering extends z.infer<typeof StudyOrdering> {}

/** A claim, as orderings that must all hold. */
const StudyClaim = z.strictObject({
  says: z.string().min(1),
  /** `paper`: the paper claims it; `open`: the paper leaves it open, and we only test it. */
  by: z.enum(["paper", "open"]).default("paper"),
  orderings: z.array(StudyOrdering).min(1),
});
export interface StudyClaim extends z.infer<typeof StudyClaim> {}

/** An extra part of the table's notebook: text, then code cells. */
const StudySection = z.strictObject({
  title: z.string().min(1),
  text: z.string().default(""),
  code: z.array(z.string().min(1)).default([]),
});

/** Anchor and file name: lower-case letters, digits and hyphens, a letter first. */
const slug = z.string().regex(/^[a-z][a-z0-9-]*$/, { error: "expected lower-case letters, digits and hyphens" });

/** A table as data: rows × columns × seeds are its cells. */
export const StudyConfig = z.strictObject({
  name: slug,
  title: z.string().min(1),
  /** What the study asks, in one sentence. */
  asks: z.string().min(1),
  /** What the paper found, noting what is lost. */
  found: z.string().default("nothing: the paper has no such table"),
  /** Merged over the preset before a row's settings. */
  settings: overlay.default({}),
  rows: z.array(StudyRow).min(1),
  columns: z.array(StudyColumn).min(1),
  claims: z.array(StudyClaim).default([]),
  /** Training seeds by preset, stated before the study runs; a preset not listed here uses its own. */
  seeds: z.record(z.string(), z.array(z.int()).min(1)).default({}),
  /** Columns shown on the overview of all tables, with their names there. */
  headline: z.record(z.string(), z.string()).default({}),
  /** What a reader of the table must know; shown above it in its notebook. */
  notes: z.string().default(""),
  /** Code cells right after the question, in place of the verdicts that a study without claims has not. */
  answer: z.array(z.string().min(1)).default([]),
  /** Extra parts of its notebook, between the table and the conclusions. */
  sections: z.array(StudySection).default([]),
  /** Published numbers of other methods, shown alongside and marked as not ours. */
  cited: z.array(z.strictObject({ what: z.string(), top1: z.number(), source: z.string() })).default([]),
});
/** Named interfaces rather than zod's inferred types, as notebook cells declare variables of these types. */
export interface StudyConfig extends z.infer<typeof StudyConfig> {}
export type StudyInput = z.input<typeof StudyConfig>;
