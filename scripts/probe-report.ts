/** What `npm run probe` says: tables for the screen and for a page. */
import {
  type Dataset,
  type Displayable,
  describeFeatures,
  extractFeatures,
  type FeatureDescription,
  type ProbeResult,
  probePairs,
  probeRows,
  provenance,
  type Run,
  rawPixels,
  type TrainState,
  table,
} from "njepa";

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

interface DiagnosticsRow extends FeatureDescription {
  encoder: string;
  layers: string | null;
}

/** RankMe, spread and class separation of the test images' features, of everything that is probed. */
export async function diagnosticsOf(
  state: TrainState,
  data: Dataset,
  { encoder, layers }: Pick<Run["evaluate"], "encoder" | "layers">,
  options: Parameters<typeof extractFeatures>[3],
): Promise<DiagnosticsRow[]> {
  const rows: DiagnosticsRow[] = [];
  for (const name of encoder) {
    if (name === "pixels")
      rows.push({ encoder: name, layers: null, ...describeFeatures(await rawPixels(data, "test")) });
    else
      for (const asked of layers) {
        const features = await extractFeatures(state, data, "test", { ...options, encoder: name, layers: asked });
        rows.push({ encoder: name, layers: asked, ...describeFeatures(features) });
      }
  }
  return rows;
}

export function diagnosticsTables(rows: readonly DiagnosticsRow[]): Displayable[] {
  if (rows.length === 0) return [];
  const it = table(
    rows.map((row) => ({ ...row })),
    {
      id: "probe-diagnostics",
      caption:
        "Test features: effective rank (RankMe), spread of features of length 1 (0 collapsed, at most 1), share of the variance between classes",
      columns: {
        encoder: {},
        layers: {},
        width: {},
        rankMe: { header: "RankMe", digits: 1 },
        featureStd: { header: "spread", digits: 3 },
        classSeparation: { header: "between classes", digits: 3 },
        count: { header: "images" },
      },
    },
  );
  return [it];
}
