import { z } from "zod";

export const claimsMime = "application/vnd.njepa.claims+json";

const number = z.number().nullable();
/** Most claims, effects or cells that one output may have. */
const most = 300;

/** One difference between two rows, in percentage points, with its statistics. */
const effect = z.object({
  what: z.string(),
  mean: number,
  low: number,
  high: number,
  /** The paper's difference. */
  paper: number,
  /** p-value, corrected. */
  corrected: number,
  /** The smallest detectable difference. */
  detectable: number,
});
export interface ClaimEffect extends z.infer<typeof effect> {}

const claim = z.object({
  says: z.string(),
  verdict: z.enum(["seen", "cannot be told", "contradicted", "not judged"]),
  /** Why there is no verdict. */
  why: z.string().nullable(),
  effects: z.array(effect).max(most),
});
export interface ClaimVerdict extends z.infer<typeof claim> {}

const model = z.object({
  id: z.string(),
  caption: z.string(),
  question: z.string(),
  claims: z.array(claim).max(most),
  /** At what scale it was measured, such as `preset demo`; null if not told. */
  scale: z.string().nullable().default(null),
  /** Health of the training runs in a few words; null if not measured. */
  health: z.string().nullable(),
  /** Where the numbers come from and how to reproduce them; null if there are none. */
  made: z.string().nullable().default(null),
  /** Cells for the table over all pages: percent ± standard deviation; columns go from few labels to many. */
  headline: z
    .array(
      z.object({
        ...{ row: z.string(), column: z.string(), mean: z.number(), spread: number, labels: number.default(null) },
        /** `4 of 6 seeds`; left out where none is missing. */
        seeds: z.string().optional(),
      }),
    )
    .max(most),
});

/** A question with the verdicts on its claims: the top of a page, and rows in the table over all pages. */
export interface ClaimsModel extends z.infer<typeof model> {}

/** Claims read from a notebook file; undefined if they are not ours. */
export function parseClaims(json: unknown): ClaimsModel | undefined {
  const read = model.safeParse(json);
  return read.success ? read.data : undefined;
}
