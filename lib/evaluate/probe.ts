import { EvaluateConfig, type EvaluateInput } from "../config";
import type { Dataset } from "../data";
import { ConfigError, DataError } from "../errors";
import { shownAs } from "../summary";
import { createLimit, mapLimited } from "../system";
import { type FeatureSource, featuresOf, type SourceFeatures } from "./feature-sources";
import type { EncoderSource } from "./features/encoder-weights";
import { checkLabels, checkPair, checkRange, type FeaturePair, rowsOf } from "./features/features";
import type { ProbeResult } from "./probe-result";
import { accuracyTable } from "./probe-tables";
import { drawnSubsets, type LabelSubsets, listedSubsets, placesOf } from "./protocols/label-subsets";
import type { ProbeProtocol, ProtocolName, SubsetResult } from "./protocols/protocol-definition";
import { protocols, settingsOf } from "./protocols/registry";
import { percent, sentenceOf } from "./protocols/sentence";
import { summarize } from "./summary-statistics";
import { evaluationVersion } from "./version";

export interface ProbeOptions {
  /** The model's name in tables, such as "N-JEPA"; absent: they name only the encoder. */
  name?: string | undefined;
  /** Folder to cache features in, by what they depend on; absent: they are computed for this call. */
  featuresFolder?: string | undefined;
  /** Stops before the next fit or batch of images by throwing the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Receives a line of progress about once a second. */
  onProgress?: ((line: string) => void) | undefined;
}

/**
 * Accuracies of classifiers trained on an encoder's features with few labels: one result for each encoder × layers ×
 * protocol × fraction of the config, in this order, fractions innermost. With `labelLists`, fractions are the lists'.
 *
 * Features are computed only for the test images and the training images in some subset, not a whole large data set.
 *
 * Settings (penalty, learning rate, epoch) are chosen on labels held out of each subset, never on the test images,
 * which are scored only at the end. Raw pixels have no layers and give one result where an encoder gives two.
 *
 * @param source  anything that holds weights: a train state, a loaded checkpoint
 * @param config  the run's `evaluate`, or what differs from the defaults
 * @throws {ConfigError} for invalid settings; {DataError} when a class has no label, a subset is too small to choose
 *   on, a label list does not fit the data, or a feature is not finite; {CheckpointError} when the weights do not fit
 */
export async function probe(
  source: EncoderSource,
  data: Dataset,
  config: EvaluateInput,
  options: ProbeOptions = {},
): Promise<ProbeResult[]> {
  const settings = parseEvaluate(config);
  checkClasses(data);
  checkImages(settings);
  const train = data.split("train");
  const parts = settings.labelLists
    ? await listedSubsets(train, data.classNames, settings)
    : drawnSubsets(train.labels, settings);
  const task = { classes: data.classNames.length, config: settings, parts };
  const places = placesOf(parts, train.count);
  const { layers } = settings;
  const results: ProbeResult[] = [];
  for (const encoder of settings.encoder)
    for await (const features of featuresOf(source, { data, encoder, layers, places }, options))
      results.push(...(await probeSource(features, task, options)));
  return shownAs(results, () => accuracyTable(results));
}

/** Describes features that were computed elsewhere. */
export interface ProbeFeaturesOptions extends Omit<ProbeOptions, "featuresFolder"> {
  classes: number;
  source: FeatureSource;
}

/**
 * `probe` on existing features: one result for each protocol × fraction.
 *
 * @throws {ConfigError} also for a protocol that needs the images themselves, and for label lists, which name images
 */
export async function probeFeatures(
  { train, test }: FeaturePair,
  config: EvaluateInput,
  { classes, source, ...options }: ProbeFeaturesOptions,
): Promise<ProbeResult[]> {
  checkPair({ train, test });
  const settings = parseEvaluate(config);
  if (settings.labelLists) {
    throw new ConfigError(
      "evaluate.labelLists names images, and features have no names: give `probe` the data set, or ask for fractions.",
    );
  }
  const features = { source, train: rowsOf(train), test, images: null };
  const task = { classes, config: settings, parts: drawnSubsets(train.labels, settings) };
  return probeSource(features, task, options);
}

/** Subsets up to this size are fitted two at a time: one alone is too small to keep a machine busy. */
const SMALL_BYTES = 256 << 20;

interface ProbeTask {
  classes: number;
  config: EvaluateConfig;
  parts: readonly LabelSubsets[];
}

/** One result for each protocol × subsets of the task. */
export async function probeSource(
  features: SourceFeatures,
  { parts, ...task }: ProbeTask,
  options: ProbeOptions,
): Promise<ProbeResult[]> {
  const results: ProbeResult[] = [];
  for (const name of task.config.protocol)
    for (const part of parts) results.push(await probePart(features, { ...task, name, part }, options));
  return results;
}

async function probePart(
  { source, train, test, images }: SourceFeatures,
  {
    classes,
    config,
    name,
    part: { fraction, shots, subsets: asked },
  }: Omit<ProbeTask, "parts"> & { name: ProtocolName; part: LabelSubsets },
  { name: model, signal, onProgress }: ProbeOptions,
): Promise<ProbeResult> {
  const { dataset, width } = train;
  const labels = asked.at(-1)?.places.length ?? 0;
  const { learn, needsImages } = protocols[name];
  const isSmall = !needsImages && 4 * labels * width <= SMALL_BYTES;
  let learned = 0;
  const subsets = await mapLimited(createLimit(isSmall ? 2 : 1), asked, async ({ seed, list, places }) => {
    signal?.throwIfAborted();
    const subset = await train.take(places);
    checkPair({ train: subset, test });
    checkLabels(subset.labels, classes);
    checkRange(test.labels, classes, " of the test images");
    const task = { train: subset, test, classes, config, seed, signal, images: images && { ...images, places } };
    const result: SubsetResult = { seed, ...(await learn(task)) };
    const who = source.layers ? `${source.encoder}, ${source.layers}` : source.encoder;
    const share = shots === undefined ? `${percent(fraction)} of the labels` : `${shots} a class`;
    const which = list ? list.name : share;
    onProgress?.(`${who}: ${name} on ${which}, subset ${++learned} of ${asked.length}`);
    return result;
  });
  const protocol: ProbeProtocol = {
    name,
    ...source,
    dataset,
    width,
    ...settingsOf(name, config),
    version: evaluationVersion([name]),
    fraction,
    labels,
    seeds: asked.map(({ seed }) => seed),
    ...(shots !== undefined && { shots }),
    ...(asked.some(({ list }) => list) && { lists: asked.flatMap(({ list }) => list ?? []) }),
  };
  return {
    protocol,
    sentence: sentenceOf(protocol),
    fraction,
    labels,
    features: featuresName(source.encoder, model),
    encoder: source.encoder,
    layers: source.layers,
    subsets,
    ...summarize(subsets.map(({ accuracy }) => accuracy)),
  };
}

function featuresName(encoder: FeatureSource["encoder"], model: string | undefined): string {
  if (encoder === "raw-pixels") return "raw pixels";
  if (encoder === "untrained") return "untrained encoder";
  return model === undefined ? encoder : `${model}, ${encoder}`;
}

export function parseEvaluate(config: EvaluateInput): EvaluateConfig {
  const parsed = EvaluateConfig.safeParse(config);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "evaluate"}: ${message}`);
  throw new ConfigError(`evaluate settings: ${problems.join("; ")}`);
}

/**
 * @throws {ConfigError} before anything is computed, for raw pixels under a protocol that trains on an encoder's view
 *   of images
 */
function checkImages({ encoder, protocol }: EvaluateConfig): void {
  const wrong = protocol.filter((name) => protocols[name].needsImages);
  if (encoder.includes("raw-pixels") && wrong.length > 0) {
    throw new ConfigError(
      `evaluate: the protocol ${wrong.join(" and ")} needs an encoder, and encoder has "raw-pixels"; ask for the baseline ` +
        '"untrained" instead, or for raw pixels in a call of their own.',
    );
  }
}

/** @throws {DataError} for a class without training images */
export function checkClasses(data: Dataset): void {
  const { name, classNames } = data;
  if (classNames.length < 2) {
    throw new DataError(
      `${name} has ${classNames.length === 0 ? "no labels" : `one class, ${classNames[0]}`}: expected two classes or more ` +
        "to tell apart. Its images can be learned from, and features taken of them.",
    );
  }
  const seen = new Set(data.split("train").labels);
  const missing = classNames.flatMap((one, label) => (seen.has(label) ? [] : [`${label} (${one})`]));
  if (missing.length > 0) {
    throw new DataError(
      `No training image of ${name} is of class ${missing.slice(0, 5).join(", ")}${missing.length > 5 ? ", …" : ""}: expected ` +
        "labels of every class. Take more of the data (data.trainLimit).",
    );
  }
}
