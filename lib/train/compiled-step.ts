import type { Run } from "../config";
import { type CompiledFunction, compile, tf } from "../engine";
import type { StepHyperparameters } from "../optimizer";
import { GradientAccumulator } from "./accumulator";
import type { RawInputs } from "./inputs";
import { type HyperTensors, lossesAndGradients, type StepVariables, takeStep } from "./step-tensors";

/** The step as compiled functions of what changes from step to step. */
export interface CompiledStep {
  /** Takes a step on one batch, given whole or in `optimizer.microBatches` parts; gives losses and gradient norms. */
  run(parts: readonly RawInputs[], hyperparameters: StepHyperparameters): Promise<Record<string, tf.Tensor>>;
  variants(): number;
  opCounts(): ReadonlyMap<string, number>[];
  dispose(): void;
}

type Compiled = CompiledFunction<tf.Tensor[], Record<string, tf.Tensor>>;

const OPTIONAL = ["boxes", "noise"] as const;
type Optional = (typeof OPTIONAL)[number];

const HYPER = ["learningRate", "weightDecay", "emaMomentum", "firstCorrection", "secondCorrection"] as const;

/** Captures the step of a run over its variables; it is compiled at the first batch of each shape. */
export function compileStep(run: Run, variables: StepVariables): CompiledStep {
  const compiled = new Map<string, Compiled>();
  const options = (name: string) => ({
    name: `${name}_${run.objective.method}`,
    compiler: run.train.compiler,
    precision: run.train.precision,
  });
  const known = (key: string, make: () => Compiled): Compiled => {
    const step = compiled.get(key) ?? make();
    compiled.set(key, step);
    return step;
  };
  let accumulator: GradientAccumulator | undefined;

  const whole = (raw: RawInputs, hyper: readonly tf.Tensor[]) => {
    const { tensors, present } = pack(raw);
    const step = known(`step ${present}`, () =>
      compile((...given: tf.Tensor[]) => {
        const { losses, gradients } = lossesAndGradients(run, variables, unpack(given.slice(HYPER.length), present));
        return { ...losses, ...takeStep(run, variables, losses.loss, gradients, hyperOf(given)) };
      }, options("step")),
    );
    return step(...hyper, ...tensors);
  };

  const inParts = async (parts: readonly RawInputs[], hyper: readonly tf.Tensor[]) => {
    accumulator ??= new GradientAccumulator(run, variables);
    const sum = accumulator;
    const found: Record<string, tf.Tensor>[] = [];
    for (const raw of parts) {
      const { tensors, present } = pack(raw);
      const part = known(`part ${present}`, () =>
        compile(
          (isFirst: tf.Tensor, ...given: tf.Tensor[]) => sum.add(unpack(given, present), isFirst as tf.Scalar),
          options("part"),
        ),
      );
      const isFirst = tf.scalar(found.length === 0, "bool");
      found.push(await part(isFirst, ...tensors).finally(() => isFirst.dispose()));
    }
    const losses = meanOf(found);
    const finish = known("finish", () =>
      compile(
        (loss: tf.Tensor, ...given: tf.Tensor[]) =>
          takeStep(run, variables, loss as tf.Scalar, sum.read(), hyperOf(given)),
        options("finish"),
      ),
    );
    return { ...losses, ...(await finish(losses.loss as tf.Tensor, ...hyper)) };
  };

  return {
    run: async (parts, hyperparameters) => {
      const hyper = HYPER.map((name) => tf.scalar(hyperparameters[name]));
      const [first] = parts;
      const taken = parts.length === 1 && first ? whole(first, hyper) : inParts(parts, hyper);
      return taken.finally(() => tf.dispose(hyper));
    },
    variants: () => [...compiled.values()].reduce((sum, step) => sum + step.variants(), 0),
    opCounts: () => [...compiled.values()].flatMap((step) => step.opCounts()),
    dispose: () => {
      for (const step of compiled.values()) step.dispose();
      accumulator?.dispose();
    },
  };
}

function hyperOf(tensors: readonly tf.Tensor[]): HyperTensors {
  return Object.fromEntries(HYPER.map((name, index) => [name, tensors[index]])) as unknown as HyperTensors;
}

/** The means of the parts' losses, which are disposed. */
function meanOf(found: readonly Record<string, tf.Tensor>[]): Record<string, tf.Tensor> {
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
    noise: optional("noise") as tf.Tensor3D | null,
  };
}
