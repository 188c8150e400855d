import { select, tf } from "../engine";
import type { Parameters } from "../model";
import { disposeAll, readAll, type Variables, zerosLike } from "./variables";

/** Gradients of a batch that is computed in parts: their mean, in variables beside the parameters. */
export class GradientAccumulator {
  readonly #means: Variables;

  /** @param student  the parameters, whose names and shapes the gradients have */
  constructor(student: Variables) {
    this.#means = zerosLike(student, "gradient/");
  }

  /** Adds one of `parts` parts' gradients, in tensors; the first part of a step replaces what the last step left. */
  add(gradients: Readonly<Record<string, tf.Tensor>>, isFirst: tf.Scalar, parts: number): void {
    for (const [name, mean] of Object.entries(this.#means)) {
      const share = tf.div(gradients[name] as tf.Tensor, parts);
      mean.assign(select(isFirst, share, tf.add(mean.read(), share)));
    }
  }

  /** The mean of the parts that were added; the caller disposes it. */
  read(): Parameters {
    return readAll(this.#means);
  }

  dispose(): void {
    disposeAll(this.#means);
  }
}
