import { type Displayable, table } from "../report";
import type { ProbeResult } from "./probe-result";
import { probePairs, probeRows } from "./probe-rows";

export interface ProbeTablesOptions {
  /** Origin of the results for the captions, such as a checkpoint's folder and step. */
  of?: string;
  /** Prefix of the tables' ids, for a page with several probes. Default `probe`. */
  id?: string;
}

/** Top-1 accuracy, one row per result. */
export function accuracyTable(
  results: readonly ProbeResult[],
  { of = "", id = "probe" }: ProbeTablesOptions = {},
): Displayable {
  return table(
    probeRows(results).map(({ top1, std, n, atEdge: _, fraction: __, notConverged, ...row }) => ({
      ...row,
      // Shown only where it happened: a column of zeros tells the reader nothing.
      ...(notConverged > 0 ? { notConverged } : {}),
      top1: { value: top1, ...(std === null ? {} : { spread: std }), n },
    })),
    {
      id,
      caption: `Top-1 accuracy on the ${scoredImages(results)}${of && `, ${of}`}: mean ± standard deviation over label subsets, 95 % interval by Student's t; * the first or last candidate`,
      columns: {
        features: {},
        layers: {},
        protocol: {},
        labels: {},
        top1: { header: "top-1", unit: "%", digits: 2 },
        low: { header: "from", unit: "%", digits: 2 },
        high: { header: "to", unit: "%", digits: 2 },
        last: { header: "last epoch", unit: "%", digits: 2 },
        optimum: { header: "loss minimal", unit: "%", digits: 2 },
        chosen: { header: "chosen on held-out labels" },
        ...(results.some(({ subsets }) => subsets.some(({ converged }) => converged === false))
          ? { notConverged: { header: "subsets not converged" } }
          : {}),
      },
    },
  );
}

function scoredImages(results: readonly ProbeResult[]): string {
  const apart = results.filter(({ protocol }) => protocol.scored === "development").length;
  return apart === 0 ? "test images" : apart === results.length ? "development images" : "test or development images";
}

/** A probe's results as tables: accuracies; differences on the same subsets, if several; each row's protocol. */
export function probeTables(
  results: readonly ProbeResult[],
  { of = "", id = "probe" }: ProbeTablesOptions = {},
): Displayable[] {
  const pairs = probePairs(results).map(({ better, than, mean, interval, n }) => ({
    difference: `${nameOf(better)} − ${nameOf(than)}`,
    protocol: better.protocol.name,
    labels: better.labels,
    mean: 100 * mean,
    low: interval && 100 * interval[0],
    high: interval && 100 * interval[1],
    n,
  }));
  const differences = table(pairs, {
    id: `${id}-differences`,
    caption: "Differences on the same label subsets, in points, with their 95 % interval over label subsets",
    columns: {
      difference: {},
      protocol: {},
      labels: {},
      mean: { unit: "points", digits: 2 },
      low: { header: "from", digits: 2 },
      high: { header: "to", digits: 2 },
      n: { header: "subsets" },
    },
  });
  const sentences = table(
    results.map(({ sentence }, index) => ({ row: index + 1, protocol: sentence })),
    { id: `${id}-protocols`, caption: "Each row's protocol", columns: { row: {}, protocol: {} } },
  );
  return [accuracyTable(results, { of, id }), ...(pairs.length > 0 ? [differences] : []), sentences];
}

function nameOf({ features, layers }: ProbeResult): string {
  return layers ? `${features}, ${layers}` : features;
}
