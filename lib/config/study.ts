import { z } from "zod";
import { share } from "./bounds";

/** Settings laid over a preset; `parseRun` checks them when the study is opened. */
const overlay = z.record(z.string(), z.unknown());

const name = z.string().min(1);

/** A number that the paper prints, or null for one that is lost in every copy found; never filled in. */
const PaperValue = z.strictObject({
  /** Top-1 in percent. */
  value: z.number().nullable(),
  /** Where it stands, or why it is not known. */
  source: z.string().min(1),
});
export interface PaperValue extends z.infer<typeof PaperValue> {}

/** One row of a table: what is trained. */
const StudyRow = z.strictObject({
  name,
  /** Laid over the preset and the study's settings: objects key by key, lists and null replace. */
  settings: overlay.default({}),
  /** `trained`: a whole run; `untrained`: its encoder at the first draw; `raw-pixels`: no encoder. */
  source: z.enum(["trained", "untrained", "raw-pixels"]).default("trained"),
  /** A row of which it takes as many operations: its epochs, warm-up included, are lengthened until it does. */
  sameOperationsAs: name.optional(),
  /** The paper's cell of each column, by column name. */
  paper: z.record(z.string(), PaperValue).default({}),
  note: z.string().optional(),
});
export interface StudyRow extends z.infer<typeof StudyRow> {}

/** One column of a table: how it is evaluated. What is left out is the preset's. */
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

/** That one row is above another in a column (default: the first), and by how much the paper has it. */
const StudyOrdering = z.strictObject({
  below: name,
  above: name,
  column: name.optional(),
  /** The column of `above`, where it is another than that of `below`. */
  aboveColumn: name.optional(),
  /** Weights of several rows, which add up to 0, in place of `above` less `below`: a trend over a sweep. */
  contrast: z.record(z.string(), z.number()).optional(),
  /** What one point of the contrast is, such as "for each tenfold". */
  per: z.string().optional(),
  /** Points of top-1 between the two in the paper; null: not known. */
  paper: z.number().nullable().default(null),
});
export interface StudyOrdering extends z.infer<typeof StudyOrdering> {}

/** What is claimed, as orderings that must all hold. */
const StudyClaim = z.strictObject({
  says: z.string().min(1),
  /** `paper`: the paper claims it; `open`: the paper leaves it open, and we only ask. */
  by: z.enum(["paper", "open"]).default("paper"),
  orderings: z.array(StudyOrdering).min(1),
});
export interface StudyClaim extends z.infer<typeof StudyClaim> {}

/** A part of the table's notebook beside what every one has: words, then cells of code. */
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
  /** What the paper found, with what is lost of it. */
  found: z.string().default("nothing: the paper has no such table"),
  /** Laid over the preset before a row's. */
  settings: overlay.default({}),
  rows: z.array(StudyRow).min(1),
  columns: z.array(StudyColumn).min(1),
  claims: z.array(StudyClaim).default([]),
  /** Training seeds by preset, stated before the study runs; a preset that is not here has its own. */
  seeds: z.record(z.string(), z.array(z.int()).min(1)).default({}),
  /** Columns that the page over all tables shows, and what they are called there. */
  headline: z.record(z.string(), z.string()).default({}),
  /** What a reader of the table must know, above it in its notebook. */
  notes: z.string().default(""),
  /** More parts of its notebook, between the table and what the numbers say. */
  sections: z.array(StudySection).default([]),
  /** Numbers of other people's methods, shown beside and marked as not ours. */
  cited: z.array(z.strictObject({ what: z.string(), top1: z.number(), source: z.string() })).default([]),
});
/** Named interfaces and not zod's inferred types: notebook cells declare variables of them. */
export interface StudyConfig extends z.infer<typeof StudyConfig> {}
export type StudyInput = z.input<typeof StudyConfig>;
