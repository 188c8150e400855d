import { z } from "zod";

/** A number in (0, 1]. */
export const share = z.number().gt(0).lte(1);

/** [low, high] with low ≤ high. */
export function lowHigh(bound: z.ZodNumber) {
  return z
    .tuple([bound, bound])
    .refine(([low, high]) => low <= high, { error: "expected [low, high] with low no greater than high" });
}

/** A list of at least one entry, none of them twice: what is computed for each entry would stand in a table twice. */
export function distinct<T extends z.ZodType>(entry: T) {
  const repeated = (list: readonly unknown[]) => list.find((one, index) => list.indexOf(one) !== index);
  return z
    .array(entry)
    .min(1)
    .refine((list) => repeated(list) === undefined, {
      error: ({ input }) =>
        `expected each once, and ${JSON.stringify(repeated(input as unknown[]))} stands there twice`,
    });
}

/** A list of `distinct` entries that may be written as a single entry: `"last"` for `["last"]`. */
export function oneOrMore<T extends z.ZodType>(entry: T) {
  const list = distinct(entry);
  const wrapped = z.preprocess((given) => (Array.isArray(given) || given === undefined ? given : [given]), list);
  return wrapped as unknown as z.ZodType<z.output<T>[], z.input<T> | readonly z.input<T>[]>;
}
