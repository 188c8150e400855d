import type { EvaluateInput } from "../config";
import type { Dataset } from "../data";
import { type Displayable, figure } from "../report";
import { scoredSplit } from "./feature-sources";
import { type EncoderName, type EncoderSource, encoderWeights } from "./features/encoder-weights";
import { rowsOf } from "./features/features";
import { allPlaces, imageTransform } from "./features/image-batches";
import { partFeatures, partNames } from "./features/part-features";
import { checkClasses, type ProbeOptions, parseEvaluate, probeSource } from "./probe";
import type { ProbeResult } from "./probe-result";
import { drawnSubsets, placesOf } from "./protocols/label-subsets";

/** Result of a probe at one part of an encoder. */
export interface LayerProbe {
  /** `patches`, `block 1, attention`, `block 1`, and so on. */
  part: string;
  result: ProbeResult;
}

/**
 * Probe results at every part of an encoder: after the patch projection, and after each block's attention and MLP.
 * All parts come from one pass over the images, are mean tokens after the final norm, and share label subsets.
 *
 * @param config  the run's `evaluate`, or what differs from the defaults; `layers` and `encoder` are ignored
 * @returns for each part in order, a result for each protocol × fraction
 * @throws {ConfigError} for a protocol that needs the images themselves; else as `probe`
 */
export async function probeLayers(
  source: EncoderSource,
  data: Dataset,
  config: EvaluateInput,
  { encoder = "student", ...options }: Omit<ProbeOptions, "featuresFolder"> & { encoder?: EncoderName } = {},
): Promise<LayerProbe[]> {
  const settings = parseEvaluate(config);
  checkClasses(data);
  const train = data.split("train");
  const parts = drawnSubsets(train.labels, settings);
  const places = placesOf(parts, train.count);
  const task = { classes: data.classNames.length, config: settings, parts };
  const weights = encoderWeights(source, encoder);
  try {
    const seen = await partFeatures(source, weights, { data, split: "train", places }, options.signal);
    const everywhere = allPlaces(data.split("test").count);
    const tested = await partFeatures(source, weights, { data, split: "test", places: everywhere }, options.signal);
    const about = {
      encoder,
      layers: "last" as const,
      blocks: 1,
      images: imageTransform(data, source.run),
      ...scoredSplit(data),
    };
    const found: LayerProbe[] = [];
    for (const [at, part] of partNames(source.run.model.depth).entries()) {
      const [own, test] = [seen[at], tested[at]] as [(typeof seen)[0], (typeof seen)[0]];
      const features = { source: { ...about, part }, train: rowsOf(own, places), test, images: null };
      found.push(...(await probeSource(features, task, options)).map((result) => ({ part, result })));
    }
    return found;
  } finally {
    weights.dispose();
  }
}

/** Accuracy across the parts of one or several encoders, one line per encoder, protocol and label count. */
export function layerFigure(probes: readonly LayerProbe[], { id = "layers" } = {}): Displayable {
  const values = probes.map(({ part, result }) => ({
    part,
    top1: 100 * result.mean,
    line: `${result.features}, ${result.protocol.name}, ${result.labels} labels`,
  }));
  const spec = {
    data: { values },
    mark: { type: "line" as const, point: true },
    width: 560,
    height: 260,
    encoding: {
      x: { field: "part", type: "nominal" as const, sort: null, title: null },
      y: { field: "top1", type: "quantitative" as const, scale: { zero: false }, title: "top-1 (%)" },
      color: { field: "line", type: "nominal" as const, title: null },
    },
  };
  return figure(spec, { id, caption: "Top-1 accuracy by part of the encoder, mean over label subsets" });
}
