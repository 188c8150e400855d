import type { Run } from "../config";
import { type CompiledFunction, compile, tf } from "../engine";
import type { StepHyperparameters } from "../optimizer";
import { GradientAccumulator } from "./accumulator";
import type { RawInputs } from "./inputs";
import { type HyperTensors, lossesAndGradients, type StepVariables, takeStep } from "./step-tensors";

/**
 * The step as compiled functions of what changes from step to step: gradients, compiled for each shape of a batch, and
 * the update, which knows no shape of a batch and is compiled once. In one program the update would be two thirds of
 * what each shape costs to compile and to keep.
 */
export interface CompiledStep {
  /** Takes a step on one batch, given whole or in `optimizer.microBatches` parts; gives losses and gradient norms. */
  run(parts: readonly RawInputs[], hyperparameters: StepHyperparameters): Promise<Tensors>;
  variants(): number;
  opCounts(): ReadonlyMap<string, number>[];
  dispose(): void;
}

type Tensors = Record<string, tf.Tensor>;
type Compiled = CompiledFunction<tf.Tensor[], Tensors>;

const OPTIONAL = ["boxes", "noise"] as const;
type Optional = (typeof OPTIONAL)[number];

const HYPER = ["learningRate", "weightDecay", "emaMomentum", "firstCorrection", "secondCorrection"] as const;

/** Captures the step of a run over its variables; it is compiled at the first batch of each shape. */
export function compileStep(run: Run, variables: StepVariables): CompiledStep {
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

  const differentiate = async (raw: RawInputs): Promise<{ losses: Tensors; gradients: Tensors }> => {
    const { tensors, present } = pack(raw);
    const program = known(`gradients ${present}`, "gradients", (...given) => {
      const { losses, gradients } = lossesAndGradients(run, variables, unpack(given, present));
      return { ...losses, ...gradients };
    });
    const found = await program(...tensors);
    const gradients = Object.fromEntries(names.map((name) => [name, found[name] as tf.Tensor]));
    for (const name of names) delete found[name];
    return { losses: found, gradients };
  };

  const differentiateParts = async (parts: readonly RawInputs[]): Promise<{ losses: Tensors; gradients: Tensors }> => {
    accumulator ??= new GradientAccumulator(variables.student);
    const mean = accumulator;
    const add = known("accumulate", "accumulate", (isFirst, ...given) => {
      mean.add(named(given), isFirst as tf.Scalar, run.optimizer.microBatches);
      return { added: isFirst as tf.Tensor };
    });
    const found: Tensors[] = [];
    for (const raw of parts) {
      const { losses, gradients } = await differentiate(raw);
      const isFirst = tf.scalar(found.length === 0, "bool");
      const added = await add(isFirst, ...inOrder(gradients)).finally(() => tf.dispose([isFirst, gradients]));
      tf.dispose(added);
      found.push(losses);
    }
    return { losses: meanOf(found), gradients: mean.read() };
  };

  const update = known("update", "update", (loss, ...given) => {
    const hyper = Object.fromEntries(HYPER.map((name, index) => [name, given[index]])) as unknown as HyperTensors;
    return takeStep(run, variables, loss as tf.Scalar, named(given.slice(HYPER.length)), hyper);
  });

  return {
    run: async (parts, hyperparameters) => {
      const [first] = parts;
      const whole = parts.length === 1 && first;
      const { losses, gradients } = await (whole ? differentiate(first) : differentiateParts(parts));
      const hyper = HYPER.map((name) => tf.scalar(hyperparameters[name]));
      const norms = await update(losses.loss as tf.Tensor, ...hyper, ...inOrder(gradients)).finally(() =>
        tf.dispose([hyper, gradients]),
      );
      return { ...losses, ...norms };
    },
    variants: () => [...compiled.values()].reduce((sum, program) => sum + program.variants(), 0),
    opCounts: () => [...compiled.values()].flatMap((program) => program.opCounts()),
    dispose: () => {
      for (const program of compiled.values()) program.dispose();
      accumulator?.dispose();
    },
  };
}

/** The means of the parts' losses, which are disposed. */
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

function pack(raw: RawInputs): { tensors: tf.Tensor[]; present: readonly Optional[] } {
  const present = OPTIONAL.filter((name) => raw[name] !== null);
  const always = [raw.pixels, ...MASKS.map((name) => raw.masks[name])];
  return { tensors: [...always, ...present.map((name) => raw[name] as tf.Tensor)], present };
}

function unpack(tensors: readonly tf.Tensor[], present: readonly Optional[]): RawInputs {
  const [pixels, ...rest] = tensors;
  const masks = Object.fromEntries(MASKS.map((name, index) => [name, rest[index]])) as unknown as RawInputs["masks"];
  const optional = (name: Optional) => (present.includes(name) ? rest[MASKS.length + present.indexOf(name)] : null);
  return {
    pixels: pixels as tf.Tensor4D,
    masks,
    boxes: optional("boxes") as tf.Tensor2D | null,
    noise: optional("noise") as tf.Tensor1D | null,
  };
}
