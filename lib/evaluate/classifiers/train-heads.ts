import type { EvaluateConfig } from "../../config";
import { compile, createVariable, tf } from "../../engine";
import { rng } from "../../random";
import type { Features } from "../features/features";
import type { Heads } from "./heads";

/**
 * Features [n, width] with labels [n], and the row indices of several consecutive batches, [steps, B]; whoever iterates
 * over the batches disposes of none.
 */
export interface HeadBatch {
  inputs: tf.Tensor2D;
  labels: tf.Tensor1D;
  places: tf.Tensor2D;
}

/** The batches of an epoch, each of `size` except the last, which holds the remainder. */
export interface HeadBatches {
  size: number;
  epoch(epoch: number): AsyncIterable<HeadBatch> | Iterable<HeadBatch>;
  dispose(): void;
}

/** Learning curves of each rate: [epochs][rates]. */
export interface HeadCurves {
  trainLoss: number[][];
  /** Accuracy on the watched features, in [0, 1]. */
  accuracy: number[][];
  loss: number[][];
  /** 1 for each watched image classified correctly at the epoch and rate given by `keep`. */
  right?: Uint8Array;
}

/** DINO states its rates for a batch of 256. */
const REFERENCE_BATCH = 256;
/** Most logits of watched features held at once. */
const MOST_LOGITS = 8e6;

/**
 * Trains heads by SGD with momentum and no weight decay, the learning rate on a cosine to 0, stepped once per epoch.
 *
 * @param rates  base learning rates, scaled by batch / 256, one per head
 * @param watch  features to measure accuracy and loss on after every epoch
 * @param keep   the epoch (from 0) and index of the rate for which `right` is kept
 *
 * Source: facebookresearch/dino@7c446df, eval_linear.py; the sweep: bytedance/ibot, eval_linear.py. See
 * docs/method.md#linear-evaluation.
 */
export async function trainHeads(
  heads: Heads,
  rates: readonly number[],
  batches: HeadBatches,
  watch: Features | null,
  config: Pick<EvaluateConfig, "epochs" | "sgdMomentum">,
  signal?: AbortSignal,
  keep?: { epoch: number; rate: number },
): Promise<HeadCurves> {
  const zeros = tf.zeros<tf.Rank.R1>([heads.rates]);
  const lossSum = createVariable(zeros, "probe_loss");
  const step = compile(
    (inputs: tf.Tensor, labels: tf.Tensor, places: tf.Tensor, scaled: tf.Tensor) => {
      const losses = tf.unstack(places as tf.Tensor2D).map((batch) => {
        const x = tf.gather(inputs as tf.Tensor2D, batch as tf.Tensor1D);
        const oneHot = tf.cast(
          tf.oneHot(tf.gather(labels as tf.Tensor1D, batch as tf.Tensor1D), heads.classes),
          "float32",
        );
        return heads.update(x, oneHot as tf.Tensor2D, scaled as tf.Tensor1D, config.sgdMomentum);
      });
      const sum = tf.addN(losses);
      lossSum.assign(tf.add(lossSum.read(), sum));
      return tf.sum(sum);
    },
    { name: "probe_step", compiler: "graph" },
  );
  const watcher = watch ? watcherOf(heads, watch) : null;
  const curves: HeadCurves = { trainLoss: [], accuracy: [], loss: [] };
  try {
    for (let epoch = 0; epoch < config.epochs; epoch++) {
      signal?.throwIfAborted();
      const cosine = 0.5 * (1 + Math.cos((Math.PI * epoch) / config.epochs));
      const scaled = tf.tensor1d(rates.map((rate) => (rate * batches.size * cosine) / REFERENCE_BATCH));
      lossSum.assign(zeros);
      let steps = 0;
      for await (const { inputs, labels, places } of batches.epoch(epoch)) {
        (await step(inputs, labels, places, scaled)).dispose();
        steps += places.shape[0];
      }
      scaled.dispose();
      const sums = lossSum.read();
      curves.trainLoss.push(Array.from(sums.dataSync(), (sum) => sum / steps));
      sums.dispose();
      if (!watcher) continue;
      const { accuracy, loss, right } = await watcher.look(keep?.epoch === epoch ? keep.rate : undefined);
      curves.accuracy.push(accuracy);
      curves.loss.push(loss);
      if (right) curves.right = right;
    }
    return curves;
  } finally {
    step.dispose();
    watcher?.dispose();
    lossSum.dispose();
    zeros.dispose();
  }
}

/** Measures the heads' accuracy and loss on some features. */
function watcherOf(heads: Heads, { values, labels, count, width }: Features) {
  const rows = Math.max(1, Math.min(count, Math.floor(MOST_LOGITS / (heads.rates * heads.classes))));
  const parts: [tf.Tensor2D, tf.Tensor1D][] = [];
  for (let start = 0; start < count; start += rows) {
    const end = Math.min(count, start + rows);
    parts.push([
      tf.tensor2d(values.subarray(start * width, end * width), [end - start, width]),
      tf.tensor1d(labels.subarray(start, end), "int32"),
    ]);
  }
  const program = compile(
    (inputs: tf.Tensor, targets: tf.Tensor) => {
      const logProbabilities = tf.logSoftmax(heads.logits(inputs as tf.Tensor2D));
      const oneHot = tf.expandDims(tf.cast(tf.oneHot(targets as tf.Tensor1D, heads.classes), "float32"), 1);
      const guesses = tf.argMax(logProbabilities, 2);
      const hits = tf.cast(tf.equal(guesses, tf.expandDims(targets, 1)), "float32");
      return {
        hits,
        right: tf.sum(hits, 0),
        loss: tf.neg(tf.sum(tf.mul(logProbabilities, oneHot), [0, 2])),
      };
    },
    { name: "probe_look", compiler: "graph" },
  );
  return {
    async look(kept?: number) {
      const hits = kept === undefined ? undefined : new Uint8Array(count);
      let first = 0;
      const right = new Float64Array(heads.rates);
      const loss = new Float64Array(heads.rates);
      for (const [inputs, targets] of parts) {
        const counted = await program(inputs, targets);
        counted.right?.dataSync().forEach((value, rate) => {
          right[rate] = (right[rate] as number) + value;
        });
        counted.loss?.dataSync().forEach((value, rate) => {
          loss[rate] = (loss[rate] as number) + value;
        });
        const values = hits && counted.hits?.dataSync();
        const length = inputs.shape[0];
        for (let row = 0; values && row < length; row++)
          hits[first + row] = values[row * heads.rates + (kept as number)] as number;
        first += length;
        tf.dispose(counted);
      }
      return {
        ...(hits && { right: hits }),
        accuracy: Array.from(right, (value) => value / count),
        loss: Array.from(loss, (value) => value / count),
      };
    },
    dispose() {
      program.dispose();
      tf.dispose(parts);
    },
  };
}

/** Steps per call: calling TensorFlow takes longer than one step of a small head. */
const STEPS_AT_ONCE = 16;

/**
 * Batches of in-memory features, in an order that is a function of seed and epoch; the last one holds the remainder, as
 * in DINO and iBOT.
 */
export function featureBatches(
  { values, labels, count, width }: Features,
  batchSize: number,
  seed: number,
): HeadBatches {
  const size = Math.min(batchSize, count);
  const inputs = tf.tensor2d(values, [count, width]);
  const targets = tf.tensor1d(labels, "int32");
  return {
    size,
    *epoch(epoch) {
      const order = rng(seed).fold("probe").fold(epoch).permutation(count);
      const whole = Math.floor(count / size);
      for (let first = 0; first < whole; first += STEPS_AT_ONCE) {
        const steps = Math.min(STEPS_AT_ONCE, whole - first);
        const places = tf.tensor2d(order.slice(first * size, (first + steps) * size), [steps, size], "int32");
        yield { inputs, labels: targets, places };
        places.dispose();
      }
      if (whole * size === count) return;
      const rest = tf.tensor2d(order.slice(whole * size), [1, count - whole * size], "int32");
      yield { inputs, labels: targets, places: rest };
      rest.dispose();
    },
    dispose: () => tf.dispose([inputs, targets]),
  };
}
