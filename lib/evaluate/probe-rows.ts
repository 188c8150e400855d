import { type PairedDifference, type ProbeResult, pairedDifference } from "./probe-result";

/** A result as a row of plain columns, accuracies in percent, ready for Arquero: `aq.from(probeRows(results))`. */
export interface ProbeRow {
  features: string;
  layers: string | null;
  protocol: string;
  /** Share of the training labels. */
  fraction: number;
  /** Number of labels trained on. */
  labels: number;
  /** Number of label subsets. */
  n: number;
  top1: number;
  /** Standard deviation over label subsets; null for a single one, as are the ends of the 95 % interval. */
  std: number | null;
  low: number | null;
  high: number | null;
  /** Accuracy after the last epoch, for protocols that choose the epoch. */
  last: number | null;
  /** Accuracy at the minimum of the classifier's loss, for protocols that stop short of it. */
  optimum: number | null;
  /** Chosen settings of each subset; `*` marks the first or last of the candidates. */
  chosen: string;
  /** Number of subsets whose choice was the first or last candidate, so a better one may lie beyond. */
  atEdge: number;
  /** Number of subsets with a fit that did not reach its minimum. */
  notConverged: number;
  [column: string]: string | number | null;
}

/** Results as rows, in their order. */
export function probeRows(results: readonly ProbeResult[]): ProbeRow[] {
  return results.map(({ features, layers, protocol, fraction, labels, mean, std, n, interval, subsets }) => {
    return {
      features,
      layers,
      protocol: protocol.name,
      fraction,
      labels,
      n,
      top1: 100 * mean,
      std: std === null ? null : 100 * std,
      low: interval && 100 * interval[0],
      high: interval && 100 * interval[1],
      last: percentOf(subsets.flatMap(({ last }) => last ?? [])),
      optimum: percentOf(subsets.flatMap(({ optimum }) => optimum?.accuracy ?? [])),
      chosen: chosenText(subsets),
      atEdge: subsets.filter(({ atEdge }) => atEdge.length > 0).length,
      notConverged: subsets.filter(({ converged }) => converged === false).length,
    };
  });
}

function percentOf(shares: readonly number[]): number | null {
  return shares.length === 0 ? null : (100 * shares.reduce((sum, share) => sum + share, 0)) / shares.length;
}

function chosenText(subsets: ProbeResult["subsets"]): string {
  const names = Object.keys(subsets[0]?.chosen ?? {});
  return names
    .map((name) => {
      const values = subsets.map(({ chosen, atEdge }) => `${chosen[name]}${atEdge.includes(name) ? "*" : ""}`);
      return `${name} ${new Set(values).size === 1 ? values[0] : values.join(" ")}`;
    })
    .join("; ");
}

/** Two results on the same subsets, and their difference. */
export interface ProbePair extends PairedDifference {
  better: ProbeResult;
  than: ProbeResult;
}

/** Each result minus each later one of other features, at equal layers (raw pixels: any), protocol and fraction < 1. */
export function probePairs(results: readonly ProbeResult[]): ProbePair[] {
  return results.flatMap((better, at) =>
    results
      .slice(at + 1)
      .filter(
        (than) =>
          than.features !== better.features &&
          (than.layers === better.layers || than.layers === null) &&
          than.protocol.name === better.protocol.name &&
          than.fraction === better.fraction &&
          than.n > 1,
      )
      .map((than) => ({ better, than, ...pairedDifference(better, than) })),
  );
}
