import type { NoiseConfig } from "../config";

/** The distribution of a config's noise levels; all in units of σ on position embeddings, whose own rms is √½. */
export interface NoiseLevels {
  p5: number;
  p25: number;
  median: number;
  p75: number;
  p95: number;
  mean: number;
  rms: number;
}

/** Normal quantiles at 5, 25, 50, 75 and 95 %. */
const QUANTILES = { p5: -1.6448536, p25: -0.6744898, median: 0, p75: 0.6744898, p95: 1.6448536 };

/** Exact quantiles, mean and root mean square of σ. */
export function noiseLevels(config: NoiseConfig): NoiseLevels {
  const constant = config.level === "none" ? 0 : config.sigmaData;
  const lognormal = config.level !== "none" && config.sigma === "edm-lognormal";
  const { pMean, pStd } = config;
  const at = (quantile: number) => (lognormal ? Math.exp(pMean + pStd * quantile) : constant);
  return {
    p5: at(QUANTILES.p5),
    p25: at(QUANTILES.p25),
    median: at(QUANTILES.median),
    p75: at(QUANTILES.p75),
    p95: at(QUANTILES.p95),
    mean: lognormal ? Math.exp(pMean + pStd ** 2 / 2) : constant,
    rms: lognormal ? Math.exp(pMean + pStd ** 2) : constant,
  };
}
