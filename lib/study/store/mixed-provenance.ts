import type { Result } from "./result";

/** A sentence for each way in which results of one table were made differently, which alone may change numbers. */
export function mixedProvenance(made: readonly Result["made"][]): string[] {
  const facts: Record<string, (one: Result["made"]) => string | null> = {
    commits: ({ commit, clean }) => commit && `${commit.slice(0, 12)}${clean === false ? " with changes" : ""}`,
    "versions of TensorFlow": ({ tensorflow }) => tensorflow,
    "kinds of device": ({ device }) => device,
    "counts of threads": ({ threads, device }) => (device.startsWith("cpu") ? String(threads ?? "unknown") : null),
  };
  return Object.entries(facts).flatMap(([what, of]) => {
    const values = [...new Set(made.map(of).filter((value) => value !== null))];
    return values.length < 2
      ? []
      : [`The results of this table were made with ${values.length} ${what}: ${values.join(", ")}.`];
  });
}
