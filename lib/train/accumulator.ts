import type { Run } from "../config";
import { createVariable, type EngineVariable, select, tf } from "../engine";
import type { RawInputs } from "./inputs";
import { lossesAndGradients, type StepVariables } from "./step-tensors";

/** Gradients of a batch that is computed in parts: their mean, in variables beside the parameters. */
export class GradientAccumulator {
  readonly #means: Readonly<Record<string, EngineVariable>>;

  constructor(
    private readonly run: Run,
    private readonly variables: StepVariables,
  ) {
    const made = Object.entries(variables.student).map(([name, { shape }]) => {
      const zero = tf.zeros([...shape]);
      const variable = createVariable(zero, `gradient/${name}`);
      zero.dispose();
      return [name, variable] as const;
    });
    this.#means = Object.fromEntries(made);
  }

  /** Adds a part's share, in tensors; the first part of a step replaces what the last step left. Gives the part's losses. */
  add(raw: RawInputs, isFirst: tf.Scalar): Record<string, tf.Tensor> {
    const { losses, gradients } = lossesAndGradients(this.run, this.variables, raw);
    for (const [name, mean] of Object.entries(this.#means)) {
      const share = tf.div(gradients[name] as tf.Tensor, this.run.optimizer.microBatches);
      mean.assign(select(isFirst, share, tf.add(mean.read(), share)));
    }
    return { ...losses };
  }

  /** The mean of the parts that were added. */
  read(): Record<string, tf.Tensor> {
    return Object.fromEntries(Object.entries(this.#means).map(([name, mean]) => [name, mean.read()]));
  }

  dispose(): void {
    for (const mean of Object.values(this.#means)) mean.dispose();
  }
}
