import { tf } from "../../engine";
import { gelu } from "../../model";
import { rng } from "../../random";
import { type HeadShape, type Heads, modelHeads } from "./heads";

/**
 * Two-layer classifiers, width → hidden → classes with a GELU in between: a stand-in for fine-tuning from the first
 * layer of a projection head, whose hidden width is 2048 in iBOT. See docs/method.md#low-shot.
 */
export function mlpHeads(shape: HeadShape & { hidden: number; seed: number }): Heads {
  const { width, classes, rates, hidden, seed } = shape;
  const random = rng(seed).fold("mlp-probe");
  const drawn = (name: string, size: number, std: number) => {
    const stream = random.fold(name);
    return Float32Array.from({ length: size }, () => std * stream.normal());
  };
  return modelHeads("mlp_probe", shape, {
    first() {
      const first = tf.reshape(tf.tensor(drawn("first", width * hidden, 1 / Math.sqrt(width))), [width, 1, hidden]);
      const second = tf.reshape(tf.tensor(drawn("second", hidden * classes, 0.01)), [1, hidden, classes]);
      return [
        tf.reshape(tf.tile(first, [1, rates, 1]), [width, rates * hidden]),
        tf.zeros([rates * hidden]),
        tf.tile(second, [rates, 1, 1]),
        tf.zeros([rates, 1, classes]),
      ];
    },
    forward(x, [first, firstBias, second, secondBias]) {
      const flat = gelu(tf.add(tf.matMul(x, first as tf.Tensor2D), firstBias as tf.Tensor));
      const perRate = tf.transpose(tf.reshape(flat, [x.shape[0], rates, hidden]), [1, 0, 2]);
      const logits = tf.add(tf.matMul(perRate, second as tf.Tensor3D), secondBias as tf.Tensor);
      return tf.transpose(logits, [1, 0, 2]) as tf.Tensor3D;
    },
    ratesOf(scaled) {
      const wide = tf.reshape(tf.tile(tf.reshape(scaled, [rates, 1]), [1, hidden]), [rates * hidden]);
      const each = tf.reshape(scaled, [rates, 1, 1]);
      return [wide, wide, each, each];
    },
  });
}
