import { createHash } from "node:crypto";
import type { Run } from "../../config";
import type { tf } from "../../engine";
import { CheckpointError, requireChoice } from "../../errors";
import { initializeParameters, type Parameters, parameterShapes } from "../../model";
import { rng } from "../../random";

/** Anything that features can be extracted from, such as a train state. */
export interface EncoderSource {
  run: Pick<Run, "model" | "data" | "seed" | "train">;
  /** All parameters by name, as tensors that the caller disposes of. */
  parameters(): Parameters;
}

/** Which weights of a source; `untrained` is the encoder as first drawn. */
export type EncoderName = "student" | "teacher" | "untrained";

/** An encoder's parameters, checked and in a fixed order, named `encoder.…` whichever encoder it is. */
export interface EncoderWeights {
  names: readonly string[];
  tensors: readonly tf.Tensor[];
  dispose(): void;
}

/**
 * The parameters of one encoder of a source.
 *
 * @throws {ConfigError} for a name that is no encoder's; {CheckpointError} when one is missing or has another shape than the run's model says
 */
export function encoderWeights(source: EncoderSource, encoder: EncoderName): EncoderWeights {
  requireChoice("encoder", encoder, ["student", "teacher", "untrained"]);
  const { model, seed } = source.run;
  const all =
    encoder === "untrained" ? initializeParameters(model, rng(seed).fold("parameters"), "i-jepa") : source.parameters();
  const prefix = encoder === "teacher" ? "target_" : "";
  const shapes = Object.entries(parameterShapes(model, "i-jepa")).filter(([name]) => name.startsWith("encoder."));
  const names = shapes.map(([name]) => name);
  const wanted = new Set(names.map((name) => prefix + name));
  for (const [name, tensor] of Object.entries(all)) if (!wanted.has(name)) tensor.dispose();
  const dispose = () => {
    for (const name of wanted) all[name]?.dispose();
  };
  for (const [name, shape] of shapes) {
    const tensor = all[prefix + name];
    if (tensor?.shape.join() === shape.join()) continue;
    dispose();
    throw new CheckpointError(
      `The weights do not fit the run's model: expected ${prefix}${name} of shape [${shape}], got ` +
        `${tensor ? `[${tensor.shape}]` : "nothing"}. Probe them with the settings that they were trained with.`,
    );
  }
  return { names, tensors: names.map((name) => all[prefix + name] as tf.Tensor), dispose };
}

/** SHA-256 over the weights' names, shapes and bytes: equal encoders give equal features. */
export function weightsHash({ names, tensors }: EncoderWeights): string {
  const hash = createHash("sha256");
  tensors.forEach((tensor, index) => {
    const values = tensor.dataSync() as Float32Array;
    hash.update(`${names[index]}[${tensor.shape}]`);
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  });
  return hash.digest("hex");
}
