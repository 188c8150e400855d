import { createVariable, type EngineVariable, tf } from "../../engine";
import type { EncoderWeights } from "../features/encoder-weights";

/** Parameters of an encoder and a classifier, each with AdamW's two moments. */
export interface FinetuneParameters {
  shapes: readonly (readonly [name: string, shape: readonly number[]])[];
  variables: EngineVariable[];
  first: EngineVariable[];
  second: EngineVariable[];
  /** Resets to the encoder's original weights, a zero classifier and zero moments. */
  restart(): void;
  dispose(): void;
}

/** @param width numbers per image that the classifier sees */
export function createFinetuneParameters(
  weights: EncoderWeights,
  { width, classes }: { width: number; classes: number },
): FinetuneParameters {
  const shapes: [string, readonly number[]][] = [
    ...weights.names.map((name, index) => [name, weights.tensors[index]?.shape ?? []] as [string, readonly number[]]),
    ["head.weight", [width, classes]],
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
  // The pooled tokens come out of a norm, so a zero classifier starts with gradients of a fixed scale.
  const restart = () => {
    variables.forEach((variable, index) => {
      const tensor = weights.tensors[index];
      if (tensor) variable.assign(tensor);
    });
    tf.tidy(() => {
      for (const variable of [...variables.slice(weights.names.length), ...first, ...second])
        variable.assign(tf.zeros([...variable.shape]));
    });
  };
  const dispose = () => {
    for (const variable of [...variables, ...first, ...second]) variable.dispose();
  };
  return { shapes, variables, first, second, restart, dispose };
}
