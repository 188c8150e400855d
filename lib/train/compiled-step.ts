import type { Run } from "../config";
import { type CompiledFunction, compile, tf } from "../engine";
import { type StepHyperparameters, squaredNorm } from "../optimizer";
import { GradientAccumulator } from "./accumulator";
import { prepareImages, type RawInputs } from "./inputs";
import { type HyperTensors, lossesAndGradients, takeStep } from "./step-tensors";
import type { StepVariables } from "./variables";

/**
 * The training step as three compiled functions: image preparation (crop and normalize); gradients, compiled for each
 * shape of the masks; and the update, which depends on no batch shape and is compiled once. In a single program the
 * update would be two thirds of what each shape costs to compile and to keep, and XLA would cut the terms of the crops'
 * sums into patches before summing them, which takes six times as long.
 */
export interface CompiledStep {
  /** Takes a step on one batch, given whole or in `optimizer.microBatches` parts; returns losses and gradient norms. */
  run(parts: readonly RawInputs[], hyperparameters: StepHyperparameters, onComputing?: OnComputing): Promise<Tensors>;
  signatures(): number;
  opCounts(): ReadonlyMap<string, number>[];
  /** Files that store its programs, where a PJRT device runs them. */
  programs(): string[];
  dispose(): void;
}

/**
 * Called when TensorFlow starts on the gradients of a part; `isNew` if their shapes are new and must be compiled first.
 */
export type OnComputing = (isNew: boolean) => void;

type Tensors = Record<string, tf.Tensor>;
type Compiled = CompiledFunction<tf.Tensor[], Tensors>;

/** Losses and gradients of a batch or part of one, and the gradients' squared norms in parameter order. */
interface Differentiated {
  losses: Tensors;
  gradients: Tensors;
  squares: tf.Tensor;
}

/** A key that is no parameter's name. */
const SQUARES = "squared norms";

const HYPER = ["learningRate", "weightDecay", "emaMomentum", "firstCorrection", "secondCorrection"] as const;

/** The step of a run, captured over its variables; it is compiled at the first batch of each shape. */
export function compileStep(variables: StepVariables, run: Run): CompiledStep {
  const names = Object.keys(variables.student);
  const compiled = new Map<string, Compiled>();
  const known = (key: string, name: string, fn: (...given: tf.Tensor[]) => Tensors): Compiled => {
    const made =
      compiled.get(key) ??
      compile(fn, {
        name: `${name}_${run.objective.method}`,
        compiler: run.train.compiler,
        precision: run.train.precision,
      });
    compiled.set(key, made);
    return made;
  };
  const named = (tensors: readonly tf.Tensor[]): Tensors =>
    Object.fromEntries(names.map((name, index) => [name, tensors[index] as tf.Tensor]));
  const inOrder = (gradients: Tensors) => names.map((name) => gradients[name] as tf.Tensor);
  let accumulator: GradientAccumulator | undefined;

  const squaredNorms = (gradients: Tensors) => tf.stack(inOrder(gradients).map(squaredNorm));

  const prepare = async ({ pixels, boxes }: RawInputs): Promise<tf.Tensor4D> => {
    const program = known(boxes ? "crops" : "images", "images", (whole, ...given) => {
      const [boxes = null] = given as tf.Tensor2D[];
      return { images: prepareImages({ pixels: whole as tf.Tensor4D, boxes }, run) };
    });
    const { images } = await program.with({ queued: true })(pixels, ...(boxes ? [boxes] : []));
    return images as tf.Tensor4D;
  };

  const differentiate = async (raw: RawInputs, onComputing?: OnComputing): Promise<Differentiated> => {
    const images = await prepare(raw);
    const tensors = [images, ...MASKS.map((name) => raw.masks[name]), ...(raw.noise ? [raw.noise] : [])];
    const program = known(raw.noise ? "noisy gradients" : "gradients", "gradients", (seen, ...given) => {
      const { losses, gradients } = lossesAndGradients(variables, seen as tf.Tensor4D, unpack(given), run);
      // Here a gradient is still in the processor's cache.
      return { ...losses, ...gradients, [SQUARES]: squaredNorms(gradients) };
    });
    const signatures = program.signatures();
    const computing = program
      .with({ queued: true })(...tensors)
      .finally(() => images.dispose());
    onComputing?.(program.signatures() > signatures);
    const { [SQUARES]: squares, ...found } = await computing;
    const gradients = named(names.map((name) => found[name] as tf.Tensor));
    for (const name of names) delete found[name];
    return { losses: found, gradients, squares: squares as tf.Tensor };
  };

  const differentiateParts = async (
    parts: readonly RawInputs[],
    onComputing?: OnComputing,
  ): Promise<Differentiated> => {
    accumulator ??= new GradientAccumulator(variables.student);
    const mean = accumulator;
    const add = known("accumulate", "accumulate", (isFirst, ...given) => {
      mean.add(named(given), isFirst as tf.Scalar, run.optimizer.microBatches);
      return { added: isFirst as tf.Tensor };
    });
    const losses: Tensors[] = [];
    for (const raw of parts) {
      const part = await differentiate(raw, onComputing);
      const isFirst = tf.scalar(losses.length === 0, "bool");
      const used = [isFirst, part.gradients, part.squares];
      tf.dispose(await add(isFirst, ...inOrder(part.gradients)).finally(() => tf.dispose(used)));
      losses.push(part.losses);
    }
    const square = known("squares", "squares", (...given) => ({ [SQUARES]: squaredNorms(named(given)) }));
    const gradients = mean.read();
    const { [SQUARES]: squares } = await square(...inOrder(gradients));
    return { losses: meanOf(losses), gradients, squares: squares as tf.Tensor };
  };

  const update = known("update", "update", (loss, squares, ...given) => {
    const hyper = Object.fromEntries(HYPER.map((name, index) => [name, given[index]])) as unknown as HyperTensors;
    const gradients = named(given.slice(HYPER.length));
    return takeStep(variables, { loss: loss as tf.Scalar, gradients, squaredNorms: squares as tf.Tensor }, hyper, run);
  });

  return {
    run: async (parts, hyperparameters, onComputing) => {
      const [first] = parts;
      const whole = parts.length === 1 && first;
      const { losses, gradients, squares } = await (whole
        ? differentiate(first, onComputing)
        : differentiateParts(parts, onComputing));
      const hyper = HYPER.map((name) => tf.scalar(hyperparameters[name]));
      const given = [squares, ...hyper, ...inOrder(gradients)];
      const norms = await update(losses.loss as tf.Tensor, ...given).finally(() => tf.dispose(given));
      return { ...losses, ...norms };
    },
    signatures: () => [...compiled.values()].reduce((sum, program) => sum + program.signatures(), 0),
    opCounts: () => [...compiled.values()].flatMap((program) => program.opCounts()),
    programs: () => [...compiled.values()].flatMap((program) => program.programs()),
    dispose: () => {
      for (const program of compiled.values()) program.dispose();
      accumulator?.dispose();
    },
  };
}

/** The mean of the parts' losses, which are disposed. */
function meanOf(found: readonly Tensors[]): Tensors {
  const names = Object.keys(found[0] ?? {});
  const means = names.map((name) => {
    const values = found.map((losses) => losses[name] as tf.Tensor);
    return [name, tf.tidy(() => tf.div(tf.addN(values), values.length))] as const;
  });
  tf.dispose([...found]);
  return Object.fromEntries(means);
}

const MASKS = ["context", "contextLength", "targets", "targetLength", "wanted", "places"] as const;

function unpack(tensors: readonly tf.Tensor[]): Pick<RawInputs, "masks" | "noise"> {
  const masks = Object.fromEntries(MASKS.map((name, index) => [name, tensors[index]])) as unknown as RawInputs["masks"];
  const [noise = null] = tensors.slice(MASKS.length) as tf.Tensor1D[];
  return { masks, noise };
}
