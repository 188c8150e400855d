import { createVariable, type EngineVariable, select, tf } from "../engine";
import type { Variables } from "./state";

/** Gradients of a batch that is computed in parts: their mean, in variables beside the parameters. */
export class GradientAccumulator {
  readonly #means: Readonly<Record<string, EngineVariable>>;

  /** @param student  the parameters, whose names and shapes the gradients have */
  constructor(student: Variables) {
    const made = Object.entries(student).map(([name, { shape }]) => {
      const zero = tf.zeros([...shape]);
      const variable = createVariable(zero, `gradient/${name}`);
      zero.dispose();
      return [name, variable] as const;
    });
    this.#means = Object.fromEntries(made);
  }

  /** Adds one of `parts` parts' gradients, in tensors; the first part of a step replaces what the last step left. */
  add(gradients: Readonly<Record<string, tf.Tensor>>, isFirst: tf.Scalar, parts: number): void {
    for (const [name, mean] of Object.entries(this.#means)) {
      const share = tf.div(gradients[name] as tf.Tensor, parts);
      mean.assign(select(isFirst, share, tf.add(mean.read(), share)));
    }
  }

  /** The mean of the parts that were added; the caller disposes it. */
  read(): Record<string, tf.Tensor> {
    return Object.fromEntries(Object.entries(this.#means).map(([name, mean]) => [name, mean.read()]));
  }

  dispose(): void {
    for (const mean of Object.values(this.#means)) mean.dispose();
  }
}
