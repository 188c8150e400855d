import { z } from "zod";

/** A number in (0, 1]. */
export const share = z.number().gt(0).lte(1);

/** [low, high] with low ≤ high. */
export function lowHigh(bound: z.ZodNumber) {
  return z
    .tuple([bound, bound])
    .refine(([low, high]) => low <= high, { error: "expected [low, high] with low no greater than high" });
}

/** A list that may be written as a single entry: `"last"` for `["last"]`. */
export function oneOrMore<T extends z.ZodType>(entry: T) {
  const list = z.array(entry).min(1);
  const wrapped = z.preprocess((given) => (Array.isArray(given) || given === undefined ? given : [given]), list);
  return wrapped as unknown as z.ZodType<z.output<T>[], z.input<T> | readonly z.input<T>[]>;
}
