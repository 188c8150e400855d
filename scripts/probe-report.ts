/** What `npm run probe` says: tables for the screen and for a page. */
import { type Displayable, type ProbeResult, probePairs, probeRows, provenance, table } from "njepa";

/** Where results come from. */
export interface ProbeSource {
  checkpoint: string;
  step: number;
  data: string;
  tensorflow: string;
  device: string;
}

/** Accuracies; differences on the same subsets, where there are several; each protocol in one sentence; where from. */
export function probeTables(results: readonly ProbeResult[], source: ProbeSource): Displayable[] {
  const accuracies = table(probeRows(results), {
    id: "probe",
    caption: `Top-1 accuracy on the test images, ${source.checkpoint} (step ${source.step}): mean ± standard deviation over label subsets, 95 % interval by Student's t; * the first or last candidate`,
    columns: {
      encoder: {},
      layers: {},
      protocol: {},
      labels: {},
      top1: { header: "top-1", unit: "%", digits: 2 },
      low: { header: "from", unit: "%", digits: 2 },
      high: { header: "to", unit: "%", digits: 2 },
      last: { header: "last epoch", unit: "%", digits: 2 },
      chosen: { header: "chosen on held-out labels" },
    },
  });
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
    id: "probe-differences",
    caption: "Differences on the same label subsets, in points, with their 95 % interval",
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
    { id: "probe-protocols", caption: "Each row's protocol", columns: { row: {}, protocol: {} } },
  );
  const facts = provenance({ data: source.data, tensorflow: source.tensorflow, device: source.device });
  return [accuracies, ...(pairs.length > 0 ? [differences] : []), sentences, facts];
}

function nameOf({ encoder, layers }: ProbeResult): string {
  return layers ? `${encoder}, ${layers}` : encoder;
}

/** The tables as HTML without a page around them. */
export async function fragmentOf(things: readonly Displayable[]): Promise<string> {
  const bundles = await Promise.all(things.map((thing) => thing.toMimeBundle()));
  return `${bundles.map((bundle) => bundle["text/html"]).join("\n")}\n`;
}
