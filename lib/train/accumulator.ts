import { select, tf } from "../engine";
import type { Parameters } from "../model";
import { disposeAll, readAll, type Variables, zerosLike } from "./variables";

/** The mean gradients of a batch computed in parts (gradient accumulation), in variables beside the parameters. */
export class GradientAccumulator {
  readonly #means: Variables;

  /** @param student  the parameters, which give the gradients their names and shapes */
  constructor(student: Variables) {
    this.#means = zerosLike(student, "gradient/");
  }

  /** Adds the gradients of one of `parts` parts; the first part of a step replaces what the previous step left. */
  add(gradients: Readonly<Record<string, tf.Tensor>>, isFirst: tf.Scalar, parts: number): void {
    for (const [name, mean] of Object.entries(this.#means)) {
      const share = tf.div(gradients[name] as tf.Tensor, parts);
      mean.assign(select(isFirst, share, tf.add(mean.read(), share)));
    }
  }

  /** The mean over the parts added; the caller disposes it. */
  read(): Parameters {
    return readAll(this.#means);
  }

  dispose(): void {
    disposeAll(this.#means);
  }
}
