import type { RunInput } from "../config";

/** The paper's noise settings and interpretations of them (docs/method.md#noise); each overrides a run's `noise`. */
export const noisePresets = {
  edm: { level: "multi", sigma: "edm-lognormal" },
  "edm-single": { level: "single", sigma: "edm-lognormal" },
  alg1: { level: "multi", sigma: "sigma-data" },
  "alg1-single": { level: "single", sigma: "sigma-data" },
  none: { level: "none" },
} satisfies Record<string, NonNullable<RunInput["noise"]>>;
