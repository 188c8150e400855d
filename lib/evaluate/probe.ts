import { EvaluateConfig, type EvaluateInput } from "../config";
import { type Dataset, labelSubset } from "../data";
import { ConfigError, DataError } from "../errors";
import { type EncoderName, type EncoderSource, encoderWeights } from "./encoder-weights";
import { blocksOf, lastColumns, pooledFeatures, rawPixels } from "./extract-features";
import { checkPair, type FeaturePair, takeRows } from "./features";
import { imageTransform } from "./image-batches";
import { summarize } from "./interval";
import { learners } from "./learners";
import type { ProbeResult, SubsetResult } from "./probe-result";
import {
  type EncoderChoice,
  type LayersChoice,
  type ProbeProtocol,
  type ProtocolName,
  percent,
  sentenceOf,
} from "./protocol";

export interface ProbeOptions {
  /** Stops before the next fit or batch of images, by throwing the signal's reason. */
  signal?: AbortSignal | undefined;
  /** One line about what is being done, about once a second. */
  onProgress?: ((line: string) => void) | undefined;
}

/** What is probed: an encoder's layers or the pixels, and how its features came about. */
export type Subject = Pick<ProbeProtocol, "encoder" | "layers" | "blocks" | "images">;

/**
 * How much of the classes a classifier finds in an encoder's features that has seen few labels: one result for each
 * encoder × layers × protocol × fraction of the config, in this order, the fractions innermost.
 *
 * Settings (penalty, learning rate, epoch) are chosen on labels held out of each subset, never on the test images,
 * which are only counted at the end. Raw pixels have no layers and give one result where an encoder gives two.
 *
 * @param source  anything with the weights: a train state, a loaded checkpoint
 * @param config  the run's `evaluate`, or what differs from the defaults
 * @throws {ConfigError} for settings that are none; {DataError} when a class has no label, a subset is too small to
 *   choose on, or a feature is no number; {CheckpointError} when the weights do not fit the run's model
 */
export async function probe(
  source: EncoderSource,
  data: Dataset,
  config: EvaluateInput,
  options: ProbeOptions = {},
): Promise<ProbeResult[]> {
  const settings = parseEvaluate(config);
  checkClasses(data);
  const results: ProbeResult[] = [];
  for (const encoder of settings.encoder) {
    for await (const { subject, pair } of pairsOf(source, data, encoder, settings.layers, options))
      results.push(...(await probeFeatures(pair, subject, data.classNames.length, settings, options)));
  }
  return results;
}

/** `probe` for features that are there already: one result for each protocol × fraction. */
export async function probeFeatures(
  pair: FeaturePair,
  subject: Subject,
  classes: number,
  config: EvaluateInput,
  options: ProbeOptions = {},
): Promise<ProbeResult[]> {
  const settings = parseEvaluate(config);
  checkPair(pair);
  const results: ProbeResult[] = [];
  for (const protocol of settings.protocol)
    for (const fraction of settings.fractions)
      results.push(await probeFraction(pair, subject, { classes, config: settings, protocol, fraction }, options));
  return results;
}

/** Each layers' features of one encoder, from one pass over the images; pixels once. */
async function* pairsOf(
  source: EncoderSource,
  data: Dataset,
  encoder: EncoderChoice,
  layers: readonly LayersChoice[],
  options: ProbeOptions,
): AsyncGenerator<{ subject: Subject; pair: FeaturePair }> {
  if (encoder === "pixels") {
    const pair = { train: await rawPixels(data, "train"), test: await rawPixels(data, "test") };
    yield { subject: { encoder, layers: null, blocks: 0, images: "whole images" }, pair };
    return;
  }
  const { depth, embedDim, imageSize } = source.run.model;
  const most = Math.max(...layers.map((name) => blocksOf(name, depth)));
  const pooled = await pooledPair(source, data, encoder, most, options);
  for (const name of new Set(layers)) {
    const blocks = blocksOf(name, depth);
    const width = blocks * embedDim;
    const pair = { train: lastColumns(pooled.train, width), test: lastColumns(pooled.test, width) };
    yield { subject: { encoder, layers: name, blocks, images: imageTransform(data, imageSize) }, pair };
  }
}

async function pooledPair(
  source: EncoderSource,
  data: Dataset,
  encoder: EncoderName,
  blocks: number,
  options: ProbeOptions,
): Promise<FeaturePair> {
  const weights = encoderWeights(source, encoder);
  try {
    const train = await pooledFeatures(source, weights, data, "train", blocks, options);
    return { train, test: await pooledFeatures(source, weights, data, "test", blocks, options) };
  } finally {
    weights.dispose();
  }
}

interface Task {
  classes: number;
  config: EvaluateConfig;
  protocol: ProtocolName;
  fraction: number;
}

async function probeFraction(
  { train, test }: FeaturePair,
  subject: Subject,
  { classes, config, protocol: name, fraction }: Task,
  { signal, onProgress }: ProbeOptions,
): Promise<ProbeResult> {
  const seeds = Array.from({ length: fraction === 1 ? 1 : config.subsets }, (_, index) => config.subsetSeed + index);
  const subsets: SubsetResult[] = [];
  let labels = 0;
  for (const [index, seed] of seeds.entries()) {
    signal?.throwIfAborted();
    const subset = takeRows(train, labelSubset(train.labels, { fraction, seed }));
    labels = subset.count;
    subsets.push({ seed, ...(await learners[name]({ train: subset, test }, { classes, config, seed, signal })) });
    const who = subject.layers ? `${subject.encoder}, ${subject.layers}` : subject.encoder;
    onProgress?.(`${who}: ${name} on ${percent(fraction)} of the labels, subset ${index + 1} of ${seeds.length}`);
  }
  const { settings, chooses } = settingsOf(name, config);
  const protocol: ProbeProtocol = {
    name,
    ...subject,
    dataset: train.dataset,
    width: train.width,
    normalize: "standardized",
    settings,
    heldOut: chooses ? config.heldOut : null,
    fraction,
    labels,
    seeds,
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

/** The part of the config that a protocol reads; a list with one entry is that entry. */
function settingsOf(
  name: ProtocolName,
  config: EvaluateConfig,
): { settings: ProbeProtocol["settings"]; chooses: boolean } {
  const { penalties, learningRates, sgdMomentum, batchSize, epochs } = config;
  const one = (list: readonly number[]) => (list.length === 1 ? (list[0] as number) : list);
  const settings: Record<ProtocolName, ProbeProtocol["settings"]> = {
    logreg: { penalty: one(penalties) },
    linear: { learningRate: one(learningRates), sgdMomentum, batchSize, epochs },
  };
  return { settings: settings[name], chooses: Object.values(settings[name]).some(Array.isArray) };
}

function parseEvaluate(config: EvaluateInput): EvaluateConfig {
  const parsed = EvaluateConfig.safeParse(config);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "evaluate"}: ${message}`);
  throw new ConfigError(`evaluate settings: ${problems.join("; ")}`);
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
