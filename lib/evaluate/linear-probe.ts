import type { EvaluateConfig } from "../config";
import { compile, createVariable, tf } from "../engine";
import { rng } from "../random";
import type { Features } from "./features";
import type { LinearClassifier } from "./logistic-regression";

type ProbeConfig = Pick<EvaluateConfig, "epochs" | "batchSize" | "sgdMomentum">;

/** DINO gives its rates for a batch of 256. */
const REFERENCE_BATCH = 256;

/**
 * Linear classifiers on fixed features by SGD with momentum and a cosine per epoch, one per learning rate, all trained
 * at once: their weights lie side by side in one matrix, so a step is two matrix products whatever the number of rates.
 *
 * No weight decay; weights start at 0, which is no symmetry to break in a convex problem.
 *
 * @param rates  base rates, scaled by batch / 256
 * @returns one classifier per rate
 *
 * Source: facebookresearch/dino@7c446df, eval_linear.py; here on features of whole images, without augmentation.
 */
export async function fitLinearProbe(
  train: Features,
  classes: number,
  rates: readonly number[],
  config: ProbeConfig,
  seed: number,
): Promise<LinearClassifier[]> {
  const { width, count } = train;
  const size = Math.min(config.batchSize, count);
  const shape: [number, number] = [width + 1, rates.length * classes];
  const zero = tf.zeros(shape);
  const weights = createVariable(zero, "probe");
  const velocity = createVariable(zero, "probe_velocity");
  // A column of ones: the offset is one more weight.
  const inputs = tf.tidy(() => tf.concat([tf.tensor2d(train.values, [count, width]), tf.ones([count, 1])], 1));
  const labels = tf.tidy(() =>
    tf.tile(tf.cast(tf.oneHot(tf.tensor1d(train.labels, "int32"), classes), "float32"), [1, rates.length]),
  );
  const step = compile(
    (rows: tf.Tensor, targets: tf.Tensor, places: tf.Tensor, rate: tf.Tensor) => {
      const x: tf.Tensor2D = tf.gather(rows as tf.Tensor2D, places as tf.Tensor1D);
      const wanted = tf.gather(targets as tf.Tensor2D, places as tf.Tensor1D);
      const logits = tf.reshape(tf.matMul(x, weights.read() as tf.Tensor2D), [size, rates.length, classes]);
      const excess: tf.Tensor2D = tf.div(tf.sub(tf.reshape(tf.softmax(logits), wanted.shape), wanted), size);
      const speed = tf.add(tf.mul(velocity.read(), config.sgdMomentum), tf.matMul(x, excess, true, false));
      velocity.assign(speed);
      weights.assign(tf.sub(weights.read(), tf.mul(speed, rate)));
      return tf.sum(tf.square(excess));
    },
    { name: "linear_probe", compiler: "graph" },
  );
  try {
    for (let epoch = 0; epoch < config.epochs; epoch++) {
      const cosine = 0.5 * (1 + Math.cos((Math.PI * epoch) / config.epochs));
      const scaled = rates.flatMap((rate) => Array<number>(classes).fill((rate * size * cosine) / REFERENCE_BATCH));
      const rate = tf.tensor2d([scaled]);
      for (const batch of batchesOf(count, size, seed, epoch)) {
        const places = tf.tensor1d(batch, "int32");
        (await step(inputs, labels, places, rate)).dispose();
        places.dispose();
      }
      rate.dispose();
    }
    const trained = weights.read();
    const values = trained.dataSync() as Float32Array;
    trained.dispose();
    return rates.map((_, index) => column(values, shape, index, classes, width));
  } finally {
    step.dispose();
    weights.dispose();
    velocity.dispose();
    tf.dispose([zero, inputs, labels]);
  }
}

function column(
  values: Float32Array,
  [rows, columns]: [number, number],
  index: number,
  classes: number,
  width: number,
): LinearClassifier {
  const weights = new Float32Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    const start = row * columns + index * classes;
    weights.set(values.subarray(start, start + classes), row * classes);
  }
  return { weights, width, classes };
}

function* batchesOf(count: number, size: number, seed: number, epoch: number): Generator<Int32Array> {
  const order = rng(seed).fold("probe").fold(epoch).permutation(count);
  for (let start = 0; start + size <= count; start += size) yield order.slice(start, start + size);
}
