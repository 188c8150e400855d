import { type PairedDifference, type ProbeResult, pairedDifference } from "./probe-result";

/** A result as a row of a table; accuracies in percent, as tables have them. */
export interface ProbeRow {
  encoder: string;
  layers: string | null;
  protocol: string;
  /** Labels learned from. */
  labels: number;
  top1: { value: number; spread?: number; n: number };
  /** Ends of the 95 % interval over label subsets; null for a single one. */
  low: number | null;
  high: number | null;
  /** After the last epoch, for protocols that choose the epoch. */
  last: number | null;
  /** Chosen settings of each subset; `*` marks the first or last of the candidates. */
  chosen: string;
  [column: string]: string | number | null | { value: number; spread?: number; n: number };
}

/** Results as rows for `table`, in their order. */
export function probeRows(results: readonly ProbeResult[]): ProbeRow[] {
  return results.map(({ encoder, layers, protocol, labels, mean, std, n, interval, subsets }) => {
    const lasts = subsets.flatMap(({ last }) => (last === undefined ? [] : [last]));
    return {
      encoder,
      layers,
      protocol: protocol.name,
      labels,
      top1: { value: 100 * mean, ...(std === null ? {} : { spread: 100 * std }), n },
      low: interval && 100 * interval[0],
      high: interval && 100 * interval[1],
      last: lasts.length === 0 ? null : (100 * lasts.reduce((sum, value) => sum + value, 0)) / lasts.length,
      chosen: chosenText(subsets),
    };
  });
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

/** Every encoder less every one after it, under the same layers (pixels: any), protocol and fraction below 1. */
export function probePairs(results: readonly ProbeResult[]): ProbePair[] {
  return results.flatMap((better, at) =>
    results
      .slice(at + 1)
      .filter(
        (than) =>
          than.encoder !== better.encoder &&
          (than.layers === better.layers || than.layers === null) &&
          than.protocol.name === better.protocol.name &&
          than.fraction === better.fraction &&
          than.n > 1,
      )
      .map((than) => ({ better, than, ...pairedDifference(better, than) })),
  );
}
