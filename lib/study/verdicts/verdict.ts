import type { StudyClaim } from "../../config";
import type { Effect } from "../statistics/effect";
import type { PlacedOrdering } from "./effects";

/** Chance of any wrong verdict among all claims together, and the level of every interval. */
export const LEVEL = 0.05;

export type Verdict = "seen" | "cannot be told" | "contradicted" | "not judged";

/** Comparison of two rows, above − below, paired by seed and label subset. */
export interface Comparison extends PlacedOrdering {
  /** Null while fewer than two seeds have both rows. */
  effect: Effect | null;
  /** Stated seeds without a number in one of the rows: until there is none, the comparison has no verdict. */
  lacking: readonly number[];
  /** Holm-corrected p over the family; null without an effect, and while seeds are lacking. */
  corrected: number | null;
  /** The smallest true difference that 80 % of such studies would find at Holm's first step. */
  detectable: number | null;
  /** Whether the paper's own difference lies inside the interval; null where either is not known. */
  paperInside: boolean | null;
  verdict: Verdict;
}

/** What the numbers say about one claim. */
export interface ClaimConclusion {
  claim: StudyClaim;
  comparisons: readonly Comparison[];
  verdict: Verdict;
  /** Why it is not judged, or cannot be told yet. */
  why: string | null;
}
