import type { EvaluateConfig } from "../config";
import type { Split } from "../data";
import { compile, createVariable, type EngineVariable, tf } from "../engine";
import { encodeLayers, normalizeImages, resampleImages } from "../model";
import { adamWUpdate, isDecayed } from "../optimizer";
import { rng } from "../random";
import { randomCrops } from "./augmented-batches";
import type { Score } from "./held-out";
import { filledBatches, imageTensors } from "./image-batches";
import type { SubsetImages } from "./learner";
import type { CropTensors } from "./pooled-encoder";

/** AdamW as everybody fine-tunes with it: the framework's defaults. */
const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
const REFERENCE_BATCH = 256;

/** Images of a split by their places, with their labels. */
export interface LabelledPlaces {
  split: Split;
  places: Int32Array;
}

/** An encoder with a linear classifier on its pooled tokens, all of which is trained. */
export interface Finetuner {
  /**
   * Trains from the encoder's own weights, every time anew.
   *
   * @param rate   base learning rate, scaled by batch / 256
   * @param watch  what is scored after the epochs `at` (counted from 1)
   * @returns      a score for each of `at`, in ascending order
   */
  train(rate: number, places: Int32Array, watch: LabelledPlaces, at: readonly number[]): Promise<Score[]>;
  dispose(): void;
}

/**
 * End-to-end fine-tuning: AdamW, a warm-up and a cosine by step, a learning rate that falls by `layerDecay` with every
 * block down from the classifier, label smoothing, random crops and flips.
 *
 * Source: spec (i), I-JEPA's MAE-style fine-tuning (layer decay 0.75, label smoothing 0.1, batch 512, 50 epochs), without
 * its RandAugment; facebookresearch/mae, util/lr_decay.py for which layer is which.
 */
export function createFinetuner(
  { run, weights, blocks, train }: SubsetImages,
  {
    classes,
    config,
    size,
    seed,
    signal,
  }: { classes: number; config: EvaluateConfig; size: number; seed: number; signal?: AbortSignal | undefined },
): Finetuner {
  const { model, data } = run;
  const settings = config.finetune;
  const shapes: [string, readonly number[]][] = [
    ...weights.names.map((name, index) => [name, weights.tensors[index]?.shape ?? []] as [string, readonly number[]]),
    ["head.weight", [blocks * model.embedDim, classes]],
    ["head.bias", [classes]],
  ];
  const zeros = (): EngineVariable[] =>
    shapes.map(([name, shape]) => {
      const zero = tf.zeros([...shape]);
      const variable = createVariable(zero, name);
      zero.dispose();
      return variable;
    });
  const [variables, first, second] = [zeros(), zeros(), zeros()];
  // The pooled tokens come out of a norm, so a classifier at 0 starts with gradients of a fixed size.
  const start = () => {
    variables.forEach((variable, index) => {
      const tensor = weights.tensors[index];
      if (tensor) variable.assign(tensor);
    });
    tf.tidy(() => {
      for (const variable of [...variables.slice(weights.names.length), ...first, ...second])
        variable.assign(tf.zeros([...variable.shape]));
    });
  };
  const logits = (
    values: readonly tf.Tensor[],
    pixels: tf.Tensor4D,
    rows?: tf.Tensor3D,
    columns?: tf.Tensor3D,
  ): tf.Tensor2D => {
    const named = Object.fromEntries(shapes.map(([name], index) => [name, values[index] as tf.Tensor]));
    const whole = normalizeImages(pixels, data);
    const images = rows && columns ? resampleImages(whole, rows, columns) : whole;
    const tokens = encodeLayers(named, "encoder", images, model, blocks);
    const pooled = tf.concat(
      tokens.map((layer) => tf.mean(layer, 1)),
      1,
    ) as tf.Tensor2D;
    return tf.add(tf.matMul(pooled, named["head.weight"] as tf.Tensor2D), named["head.bias"] as tf.Tensor);
  };
  const read = () => variables.map((variable) => variable.read());
  const step = compile(
    (
      pixels: tf.Tensor,
      rows: tf.Tensor,
      columns: tf.Tensor,
      labels: tf.Tensor,
      rate: tf.Tensor<tf.Rank.R0>,
      corrections: tf.Tensor,
    ) => {
      const oneHot = tf.cast(tf.oneHot(labels as tf.Tensor1D, classes), "float32");
      const wanted = tf.add(tf.mul(oneHot, 1 - settings.labelSmoothing), settings.labelSmoothing / classes);
      const loss = (...values: tf.Tensor[]): tf.Scalar => {
        const scores = logits(values, pixels as tf.Tensor4D, rows as tf.Tensor3D, columns as tf.Tensor3D);
        return tf.mean(tf.neg(tf.sum(tf.mul(tf.logSoftmax(scores), wanted), 1)));
      };
      const values = read();
      const { value, grads } = tf.valueAndGrads(loss)(values);
      const [firstCorrection, secondCorrection] = tf.unstack(corrections) as [tf.Scalar, tf.Scalar];
      shapes.forEach(([name, shape], index) => {
        const [moment, square] = [first[index] as EngineVariable, second[index] as EngineVariable];
        const state = {
          parameter: values[index] as tf.Tensor,
          gradient: grads[index] as tf.Tensor,
          firstMoment: moment.read(),
          secondMoment: square.read(),
        };
        const learningRate = tf.mul(rate, settings.layerDecay ** layersAbove(name, model.depth)) as tf.Scalar;
        const weightDecay = isDecayed(name, shape) ? tf.scalar(settings.weightDecay) : null;
        const next = adamWUpdate(state, { learningRate, weightDecay, firstCorrection, secondCorrection }, ADAM);
        (variables[index] as EngineVariable).assign(next.parameter);
        moment.assign(next.firstMoment);
        square.assign(next.secondMoment);
      });
      return value as tf.Tensor;
    },
    { name: "finetune_step", compiler: run.train.compiler },
  );
  const look = compile(
    (pixels: tf.Tensor, ...crops: tf.Tensor[]) =>
      tf.logSoftmax(logits(read(), pixels as tf.Tensor4D, crops[0] as tf.Tensor3D, crops[1] as tf.Tensor3D)),
    { name: "finetune_look", compiler: run.train.compiler },
  );

  async function takeStep(places: Int32Array, epoch: number, taken: number, rate: number): Promise<void> {
    const batch = await randomCrops(train, places, model.imageSize, config.augmentation, { seed, epoch });
    const { pixels, crops } = batch;
    const labels = tf.tensor1d(batch.labels, "int32");
    const corrections = tf.tensor1d([1 - ADAM.beta1 ** taken, 1 - ADAM.beta2 ** taken]);
    const scaled = tf.scalar(rate);
    const inputs = [pixels, crops.rows, crops.columns, labels, scaled, corrections] as const;
    const loss = await step(...inputs).finally(() => tf.dispose([...inputs]));
    loss.dispose();
  }

  return {
    async train(rate, places, watch, at) {
      start();
      const perEpoch = Math.floor(places.length / size);
      const steps = perEpoch * settings.epochs;
      const scores: Score[] = [];
      let taken = 0;
      for (let epoch = 0; epoch < settings.epochs; epoch++) {
        const order = rng(seed).fold("finetune").fold(epoch).permutation(places.length);
        for (let index = 0; index < perEpoch; index++) {
          signal?.throwIfAborted();
          const rows = order.slice(index * size, (index + 1) * size);
          taken++;
          const share = warmupCosine(taken, perEpoch * settings.warmupEpochs, steps);
          const chosen = Int32Array.from(rows, (row) => places[row] as number);
          await takeStep(chosen, epoch, taken, (rate * share * size) / REFERENCE_BATCH);
        }
        if (at.includes(epoch + 1)) scores.push(await scoreImages(look, watch, model.imageSize));
      }
      return scores;
    },
    dispose() {
      step.dispose();
      look.dispose();
      for (const variable of [...variables, ...first, ...second]) variable.dispose();
    },
  };
}

/** Blocks between a parameter and the classifier: 0 for the classifier and the final norm, depth + 1 for the patches' projection. */
export function layersAbove(name: string, depth: number): number {
  if (name.startsWith("encoder.patch_embed")) return depth + 1;
  const block = /^encoder\.blocks\.(\d+)\./.exec(name);
  return block ? depth - Number(block[1]) : 0;
}

/** Share of the learning rate at a step (counted from 1): up in a line, then down a half cosine to 0. */
export function warmupCosine(step: number, warmup: number, steps: number): number {
  if (step <= warmup) return step / warmup;
  return 0.5 * (1 + Math.cos((Math.PI * (step - 1 - warmup)) / Math.max(1, steps - warmup)));
}

async function scoreImages(
  look: (pixels: tf.Tensor, ...crops: tf.Tensor[]) => Promise<tf.Tensor>,
  { split, places }: LabelledPlaces,
  imageSize: number,
): Promise<Score> {
  let right = 0;
  let loss = 0;
  for await (const { images, filled } of filledBatches(split, places)) {
    const { pixels, crops } = imageTensors(images, imageSize);
    const inputs: CropTensors | undefined = crops;
    const tensors = inputs ? [inputs.rows, inputs.columns] : [];
    const logProbabilities = await look(pixels, ...tensors).finally(() => tf.dispose([pixels, ...tensors]));
    const values = logProbabilities.dataSync();
    const classes = logProbabilities.shape[1] as number;
    logProbabilities.dispose();
    for (let row = 0; row < filled; row++) {
      const scores = values.subarray(row * classes, (row + 1) * classes);
      const label = images.labels[row] as number;
      if (scores.every((score) => score <= (scores[label] as number))) right++;
      loss -= scores[label] as number;
    }
  }
  return { accuracy: right / places.length, loss: loss / places.length };
}
