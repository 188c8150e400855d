import { z } from "zod";

/** A number in (0, 1]. */
export const share = z.number().gt(0).lte(1);

/** [low, high] with low ≤ high. */
export function lowHigh(bound: z.ZodNumber) {
  return z
    .tuple([bound, bound])
    .refine(([low, high]) => low <= high, { error: "expected [low, high] with low no greater than high" });
}
