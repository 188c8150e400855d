import { createVariable, type EngineVariable, tf } from "../engine";
import { ConfigError } from "../errors";
import { type AdamWVariables, adamWAssign, isDecayed } from "./adamw";

/** Settings of `adamW`; the defaults are PyTorch's. */
export interface AdamWOptions {
  /** Default 0.001; can be overridden in `update`. */
  learningRate?: number;
  /** Decoupled; applies to parameters with more than one dimension that are not biases. Default 0.01; likewise. */
  weightDecay?: number;
  beta1?: number;
  beta2?: number;
  epsilon?: number;
}

/** An optimizer over variables, with its moments and step count. */
export interface AdamW {
  /**
   * Writes every variable's next value; inside a compiled function it becomes part of that function.
   *
   * @param gradients     of all variables, by name
   * @param learningRate  a scalar, so that a compiled function takes new values without being recompiled
   * @param weightDecay   likewise
   */
  update(gradients: Readonly<Record<string, tf.Tensor>>, learningRate?: tf.Scalar, weightDecay?: tf.Scalar): void;
  /** Frees moments and step count; the variables stay. */
  dispose(): void;
}

/**
 * AdamW over engine variables: the counterpart of `tf.train.adam`, for a training loop of your own.
 *
 * @throws {ConfigError} from `update`, when a variable has no gradient
 *
 * Source: Loshchilov and Hutter, arXiv 1711.05101, Algorithm 2.
 */
export function adamW(variables: Readonly<Record<string, EngineVariable>>, options: AdamWOptions = {}): AdamW {
  const {
    learningRate: usual = 0.001,
    weightDecay: usualDecay = 0.01,
    beta1 = 0.9,
    beta2 = 0.999,
    epsilon = 1e-8,
  } = options;
  const moments = Object.fromEntries(
    Object.entries(variables).map(([name, { shape }]) => [
      name,
      { firstMoment: zeros(`${name}/first_moment`, shape), secondMoment: zeros(`${name}/second_moment`, shape) },
    ]),
  );
  const steps = zeros("steps", []);
  return {
    update(gradients, learningRate, weightDecay) {
      tf.tidy(() => {
        const step = tf.add(steps.read(), 1);
        steps.assign(step);
        const correction = (beta: number): tf.Scalar => tf.sub(1, tf.pow(tf.scalar(beta), step));
        const scalars = { firstCorrection: correction(beta1), secondCorrection: correction(beta2) };
        for (const [name, parameter] of Object.entries(variables)) {
          const gradient = gradients[name];
          if (!gradient) throw new ConfigError(`adamW: expected a gradient of ${name}, got none`);
          const decay = isDecayed(name, parameter.shape) ? (weightDecay ?? tf.scalar(usualDecay)) : null;
          const rates = { learningRate: learningRate ?? tf.scalar(usual), weightDecay: decay };
          adamWAssign(
            { parameter, ...moments[name] } as AdamWVariables,
            gradient,
            { ...scalars, ...rates },
            { beta1, beta2, epsilon },
          );
        }
      });
    },
    dispose() {
      for (const { firstMoment, secondMoment } of Object.values(moments)) {
        firstMoment.dispose();
        secondMoment.dispose();
      }
      steps.dispose();
    },
  };
}

function zeros(name: string, shape: readonly number[]): EngineVariable {
  const value = tf.zeros([...shape]);
  const variable = createVariable(value, name);
  value.dispose();
  return variable;
}
