import type { EvaluateConfig } from "../../config";
import { compile, type EngineVariable, tf } from "../../engine";
import { encodeLayers } from "../../model";
import { adamWAssign, isDecayed } from "../../optimizer";
import { normalizeImages } from "../../pixels";
import { rng } from "../../random";
import type { SubsetImages } from "../features/subset-images";
import { createFinetuneParameters } from "./finetune-parameters";
import { layersAbove, warmupCosine } from "./finetune-schedule";
import type { ImageScore } from "./held-out";
import { createRandomCrops } from "./random-crops";
import { type LabelledPlaces, scoreImages } from "./score-images";

/** AdamW at the framework's defaults, which everybody fine-tunes with. */
const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
const REFERENCE_BATCH = 256;

/** An encoder with a linear classifier on its pooled tokens, trained end to end. */
export interface Finetuner {
  /**
   * Trains afresh from the encoder's original weights on every call.
   *
   * @param rate   base learning rate, scaled by batch / 256
   * @param watch  images to score after the epochs `at` (counted from 1)
   * @returns      one score per epoch in `at`, in ascending order
   */
  train(rate: number, places: Int32Array, watch: LabelledPlaces, at: readonly number[]): Promise<ImageScore[]>;
  dispose(): void;
}

/**
 * End-to-end fine-tuning: AdamW, warm-up and cosine by step, a learning rate that falls by `layerDecay` with
 * every block below the classifier, label smoothing, random crops and flips. The last, partial batch of an epoch counts,
 * as the mean over its images at a whole batch's rate, as for the protocols of SGD.
 *
 * Source: docs/method.md#low-shot, I-JEPA's MAE-style fine-tuning (layer decay 0.75, label smoothing 0.1, batch 512,
 * 50 epochs), without its RandAugment; facebookresearch/mae, util/lr_decay.py for the layer numbering.
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
  const width = blocks * model.embedDim;
  const parameters = createFinetuneParameters(weights, { width, classes });
  const { shapes, variables, first, second } = parameters;
  const crops = createRandomCrops({ run, train }, config.augmentation, seed);
  const logits = (values: readonly tf.Tensor[], pixels: tf.Tensor4D): tf.Tensor2D => {
    const named = Object.fromEntries(shapes.map(([name], index) => [name, values[index] as tf.Tensor]));
    const tokens = encodeLayers(named, "student", { images: normalizeImages(pixels, data) }, model, blocks);
    const pooled = tf.concat(
      tokens.map((layer) => tf.mean(layer, 1)),
      1,
    ) as tf.Tensor2D;
    return tf.add(tf.matMul(pooled, named["head.weight"] as tf.Tensor2D), named["head.bias"] as tf.Tensor);
  };
  const read = () => variables.map((variable) => variable.read());
  const step = compile(
    (pixels: tf.Tensor, labels: tf.Tensor, weights: tf.Tensor, rate: tf.Tensor<tf.Rank.R0>, corrections: tf.Tensor) => {
      const oneHot = tf.cast(tf.oneHot(labels as tf.Tensor1D, classes), "float32");
      const wanted = tf.add(tf.mul(oneHot, 1 - settings.labelSmoothing), settings.labelSmoothing / classes);
      const loss = (...values: tf.Tensor[]): tf.Scalar => {
        const scores = logits(values, pixels as tf.Tensor4D);
        const each = tf.neg(tf.sum(tf.mul(tf.logSoftmax(scores), wanted), 1));
        return tf.div(tf.sum(tf.mul(each, weights)), tf.sum(weights));
      };
      const values = read();
      const { value, grads } = tf.valueAndGrads(loss)(values);
      const [firstCorrection, secondCorrection] = tf.unstack(corrections) as [tf.Scalar, tf.Scalar];
      shapes.forEach(([name, shape], index) => {
        const [parameter, firstMoment, secondMoment] = [variables[index], first[index], second[index]] as [
          EngineVariable,
          EngineVariable,
          EngineVariable,
        ];
        const learningRate = tf.mul(rate, settings.layerDecay ** layersAbove(name, model.depth)) as tf.Scalar;
        const weightDecay = isDecayed(name, shape) ? tf.scalar(settings.weightDecay) : null;
        const scalars = { learningRate, weightDecay, firstCorrection, secondCorrection };
        adamWAssign({ parameter, firstMoment, secondMoment }, grads[index] as tf.Tensor, scalars, ADAM);
      });
      return value as tf.Tensor;
    },
    { name: "finetune_step", compiler: run.train.compiler },
  );
  const look = compile((pixels: tf.Tensor) => tf.logSoftmax(logits(read(), pixels as tf.Tensor4D)), {
    name: "finetune_look",
    compiler: run.train.compiler,
  });

  async function takeStep(drawn: Int32Array, epoch: number, taken: number, rate: number): Promise<void> {
    // Filled up with its first image, at weight 0, the last batch has the size that the step is compiled for.
    const places = Int32Array.from({ length: size }, (_, at) => drawn[at < drawn.length ? at : 0] as number);
    const pixels = await crops.draw(places, epoch);
    const labels = tf.tensor1d(
      places.map((place) => train.labels[place] as number),
      "int32",
    );
    const weights = tf.tensor1d(Float32Array.from(places, (_, at) => (at < drawn.length ? 1 : 0)));
    const corrections = tf.tensor1d([1 - ADAM.beta1 ** taken, 1 - ADAM.beta2 ** taken]);
    const scaled = tf.scalar(rate);
    const inputs = [pixels, labels, weights, scaled, corrections] as const;
    const loss = await step(...inputs).finally(() => tf.dispose([...inputs]));
    loss.dispose();
  }

  return {
    async train(rate, places, watch, at) {
      parameters.restart();
      const perEpoch = Math.ceil(places.length / size);
      const steps = perEpoch * settings.epochs;
      const scores: ImageScore[] = [];
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
        if (at.includes(epoch + 1)) scores.push(await scoreImages(look, watch, run));
      }
      return scores;
    },
    dispose() {
      step.dispose();
      look.dispose();
      crops.dispose();
      parameters.dispose();
    },
  };
}
