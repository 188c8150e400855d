import { EvaluateConfig, type EvaluateInput } from "../config";
import type { Dataset } from "../data";
import { ConfigError, DataError } from "../errors";
import { createLimit, mapLimited } from "../system";
import { type Subject, type SubjectFeatures, subjectsOf } from "./feature-sources";
import type { EncoderSource } from "./features/encoder-weights";
import { checkLabels, checkPair, type FeaturePair, rowsOf } from "./features/features";
import { drawnLabels, drawnPlaces, type LabelDraws, listedLabels } from "./label-subsets";
import type { ProbeResult, SubsetResult } from "./probe-result";
import { type ProbeProtocol, type ProtocolName, percent, sentenceOf } from "./protocols/protocol-definition";
import { protocols, settingsOf } from "./protocols/registry";
import { summarize } from "./summary-statistics";

export interface ProbeOptions {
  /** Where features are kept for the next time, by what they depend on; absent: they are computed for this call. */
  featuresFolder?: string | undefined;
  /** Stops before the next fit or batch of images, by throwing the signal's reason. */
  signal?: AbortSignal | undefined;
  /** One line about what is being done, about once a second. */
  onProgress?: ((line: string) => void) | undefined;
}

/**
 * How much of the classes a classifier finds in an encoder's features that has seen few labels: one result for each
 * encoder × layers × protocol × fraction of the config, in this order, the fractions innermost. With `labelLists` the
 * fractions are those of the lists.
 *
 * Features are computed of the test images and of the training images that a subset has, not of all of a large data set.
 *
 * Settings (penalty, learning rate, epoch) are chosen on labels held out of each subset, never on the test images,
 * which are only counted at the end. Raw pixels have no layers and give one result where an encoder gives two.
 *
 * @param source  anything with the weights: a train state, a loaded checkpoint
 * @param config  the run's `evaluate`, or what differs from the defaults
 * @throws {ConfigError} for settings that are none; {DataError} when a class has no label, a subset is too small to
 *   choose on, a label list does not fit the data, or a feature is no number; {CheckpointError} when the weights do not fit the run's model
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
  const draws = settings.labelLists
    ? await listedLabels(train, data.classNames, settings)
    : drawnLabels(train.labels, settings);
  const task = { classes: data.classNames.length, config: settings, draws };
  const places = drawnPlaces(draws, train.count);
  const results: ProbeResult[] = [];
  for (const encoder of settings.encoder)
    for await (const features of subjectsOf(source, data, encoder, settings.layers, places, options))
      results.push(...(await probeSubject(features, task, options)));
  return results;
}

/**
 * `probe` for features that are there already: one result for each protocol × fraction.
 *
 * @throws {ConfigError} also for a protocol that needs the images themselves, and for label lists, which name images
 */
export async function probeFeatures(
  { train, test }: FeaturePair,
  subject: Subject,
  classes: number,
  config: EvaluateInput,
  options: Omit<ProbeOptions, "featuresFolder"> = {},
): Promise<ProbeResult[]> {
  checkPair({ train, test });
  const settings = parseEvaluate(config);
  if (settings.labelLists) {
    throw new ConfigError(
      "evaluate.labelLists names images, and features have no names: give `probe` the data set, or ask for fractions.",
    );
  }
  const features = { subject, train: rowsOf(train), test, images: null };
  const task = { classes, config: settings, draws: drawnLabels(train.labels, settings) };
  return probeSubject(features, task, options);
}

/** Subsets up to this are learned two at a time: the products of one are too small to keep a machine busy. */
const SMALL_BYTES = 256 << 20;

interface ProbeTask {
  classes: number;
  config: EvaluateConfig;
  draws: readonly LabelDraws[];
}

async function probeSubject(
  features: SubjectFeatures,
  { classes, config, draws }: ProbeTask,
  options: ProbeOptions,
): Promise<ProbeResult[]> {
  const results: ProbeResult[] = [];
  for (const name of config.protocol)
    for (const part of draws) results.push(await probeFraction(features, { classes, config, name, part }, options));
  return results;
}

async function probeFraction(
  { subject, train, test, images }: SubjectFeatures,
  {
    classes,
    config,
    name,
    part: { fraction, draws },
  }: { classes: number; config: EvaluateConfig; name: ProtocolName; part: LabelDraws },
  { signal, onProgress }: ProbeOptions,
): Promise<ProbeResult> {
  const { dataset, width } = train;
  const labels = draws.at(-1)?.places.length ?? 0;
  const { learn, needsImages } = protocols[name];
  const isSmall = !needsImages && 4 * labels * width <= SMALL_BYTES;
  let learned = 0;
  const subsets = await mapLimited(createLimit(isSmall ? 2 : 1), draws, async ({ seed, list, places }) => {
    signal?.throwIfAborted();
    const subset = await train.take(places);
    checkPair({ train: subset, test });
    checkLabels(subset.labels, classes);
    const task = { train: subset, test, classes, config, seed, signal, images: images && { ...images, places } };
    const result: SubsetResult = { seed, ...(await learn(task)) };
    const who = subject.layers ? `${subject.encoder}, ${subject.layers}` : subject.encoder;
    const which = list ? list.name : `${percent(fraction)} of the labels`;
    onProgress?.(`${who}: ${name} on ${which}, subset ${++learned} of ${draws.length}`);
    return result;
  });
  const protocol: ProbeProtocol = {
    name,
    ...subject,
    dataset,
    width,
    ...settingsOf(name, config),
    fraction,
    labels,
    seeds: draws.map(({ seed }) => seed),
    ...(draws.some(({ list }) => list) && { lists: draws.flatMap(({ list }) => list ?? []) }),
  };
  return {
    protocol,
    sentence: sentenceOf(protocol),
    fraction,
    labels,
    encoder: subject.encoder,
    layers: subject.layers,
    subsets,
    ...summarize(subsets.map(({ accuracy }) => accuracy)),
  };
}

function parseEvaluate(config: EvaluateInput): EvaluateConfig {
  const parsed = EvaluateConfig.safeParse(config);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "evaluate"}: ${message}`);
  throw new ConfigError(`evaluate settings: ${problems.join("; ")}`);
}

/** @throws {ConfigError} before anything is computed, for pixels under a protocol that trains on an encoder's view of images */
function checkImages({ encoder, protocol }: EvaluateConfig): void {
  const wrong = protocol.filter((name) => protocols[name].needsImages);
  if (encoder.includes("pixels") && wrong.length > 0) {
    throw new ConfigError(
      `evaluate: the protocol ${wrong.join(" and ")} needs an encoder, and encoder has "pixels"; ask for the baseline ` +
        '"untrained" instead, or for pixels in a call of their own.',
    );
  }
}

/** @throws {DataError} for a class that no training image has */
function checkClasses(data: Dataset): void {
  const seen = new Set(data.split("train").labels);
  const missing = data.classNames.flatMap((name, label) => (seen.has(label) ? [] : [`${label} (${name})`]));
  if (missing.length > 0) {
    throw new DataError(
      `No training image of ${data.name} is of class ${missing.slice(0, 5).join(", ")}${missing.length > 5 ? ", …" : ""}: expected ` +
        "labels of every class. Take more of the data (data.trainLimit).",
    );
  }
}
