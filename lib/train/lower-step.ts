import { effectiveMethod, type Run } from "../config";
import { type ArgumentSpec, declareVariable, type LoweredProgram, lower, tf } from "../engine";
import { parameterShapes } from "../model";
import { squaredNorm } from "../optimizer";
import { sizeFromShape } from "../shape";
import { prepareImages, type RawInputs, rawInputs } from "./inputs";
import { planStep } from "./plan";
import { type HyperTensors, lossesAndGradients, takeStep } from "./step-tensors";
import type { StepVariables, Variables } from "./variables";

/** The StableHLO programs of a run's step, for a batch of whole images: nothing is drawn, compiled or computed. */
export interface LoweredStep {
  /** Crops of the images; null: the run draws none. */
  crops: LoweredProgram | null;
  /** Losses and gradients, for the masks of the run's first step. */
  gradients: LoweredProgram;
  /** AdamW and EMA: every variable is updated in place. */
  update: LoweredProgram;
  /** Number of trained parameters. */
  parameters: number;
  /** Number of parameters of the teacher, which follows them. */
  teacherParameters: number;
}

export function lowerStep(run: Run): LoweredStep {
  const { model, train, optimizer } = run;
  const variables = declared(parameterShapes(model, effectiveMethod(run.objective)));
  const names = Object.keys(variables.student);
  const raw = inputsOf(run);
  const specOf = ({ shape, dtype }: tf.Tensor): ArgumentSpec => ({
    shape: [...shape],
    dtype: dtype as "float32" | "int32",
  });
  const maskNames = Object.keys(raw.masks) as (keyof RawInputs["masks"])[];
  const images: ArgumentSpec = {
    shape: [optimizer.batchSize, model.imageSize, model.imageSize, model.channels],
    dtype: "float32",
  };
  const given = [
    images,
    ...maskNames.map((name) => specOf(raw.masks[name])),
    ...(raw.noise ? [specOf(raw.noise)] : []),
  ];
  tf.dispose([
    ...Object.values(raw.masks),
    raw.pixels,
    ...(raw.boxes ? [raw.boxes] : []),
    ...(raw.noise ? [raw.noise] : []),
  ]);

  const gradients = (seen: tf.Tensor, ...rest: tf.Tensor[]) => {
    const masks = Object.fromEntries(maskNames.map((name, at) => [name, rest[at]])) as unknown as RawInputs["masks"];
    const noise = (rest[maskNames.length] ?? null) as tf.Tensor1D | null;
    const found = lossesAndGradients(variables, seen as tf.Tensor4D, { masks, noise }, run);
    const squares = tf.stack(names.map((name) => squaredNorm(found.gradients[name] as tf.Tensor)));
    return { ...found.losses, ...found.gradients, squares };
  };

  const hyperNames = ["learningRate", "weightDecay", "emaMomentum", "firstCorrection", "secondCorrection"] as const;
  const update = (loss: tf.Tensor, squaredNorms: tf.Tensor, ...rest: tf.Tensor[]) => {
    const hyper = Object.fromEntries(hyperNames.map((name, at) => [name, rest[at]])) as unknown as HyperTensors;
    const ofNames = Object.fromEntries(names.map((name, at) => [name, rest[hyperNames.length + at] as tf.Tensor]));
    return { ...takeStep(variables, { loss: loss as tf.Scalar, gradients: ofNames, squaredNorms }, hyper, run) };
  };
  const scalar: ArgumentSpec = { shape: [], dtype: "float32" };
  const ofParameters = names.map(
    (name): ArgumentSpec => ({ shape: shapeOf(variables.student, name), dtype: "float32" }),
  );
  const sizes = ofParameters.map(({ shape }) => sizeFromShape(shape));
  const parameters = sizes.reduce((sum, size) => sum + size, 0);
  const teacherParameters = sizes.reduce((sum, size, at) => sum + (names[at]?.startsWith("encoder.") ? size : 0), 0);
  const ofUpdate = [
    scalar,
    { shape: [names.length], dtype: "float32" } as const,
    ...hyperNames.map(() => scalar),
    ...ofParameters,
  ];
  return {
    crops: run.data.crop ? crops(run, images) : null,
    gradients: {
      name: "gradients",
      stablehlo: lower(gradients, given, { precision: train.precision }),
      products: train.precision,
      aliased: 0,
      images: optimizer.batchSize,
      // AdamW's two moments.
      beside: 2 * 4 * parameters,
    },
    update: {
      name: "update",
      stablehlo: lower(update, ofUpdate),
      products: null,
      // The student, its two moments, and the teacher.
      aliased: 4 * (3 * parameters + teacherParameters),
      images: null,
      beside: 0,
    },
    parameters,
    teacherParameters,
  };
}

/** The crop program, for images whose sides are 8/7 of the crop's. */
function crops(run: Run, { shape }: ArgumentSpec): LoweredProgram {
  const [count, size, , channels] = shape as [number, number, number, number];
  const side = Math.ceil((size * 8) / 7);
  const crop = (pixels: tf.Tensor, boxes: tf.Tensor) =>
    prepareImages({ pixels: pixels as tf.Tensor4D, boxes: boxes as tf.Tensor2D }, run);
  const given: ArgumentSpec[] = [
    { shape: [count, side, side, channels], dtype: "uint8" },
    { shape: [count, 4], dtype: "float32" },
  ];
  // Whatever batch the gradients leave room for, its crops do too.
  return { name: "crops", stablehlo: lower(crop, given), products: null, aliased: 0, images: null, beside: 0 };
}

const shapeOf = (variables: Variables, name: string): readonly number[] => variables[name]?.shape ?? [];

/** A step's variables, without values. */
function declared(shapes: Readonly<Record<string, readonly number[]>>): StepVariables {
  const all = (prefix: string, keep = (_: string) => true) =>
    Object.fromEntries(
      Object.entries(shapes)
        .filter(([name]) => keep(name))
        .map(([name, shape]) => [`${prefix}${name}`, declareVariable(shape, `${prefix}${name}`)]),
    );
  const named = () =>
    Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, declareVariable(shape, name)]));
  const teacher = all("target_", (name) => name.startsWith("encoder."));
  return { student: named(), teacher, firstMoments: named(), secondMoments: named() };
}

/** Masks and noise key of the first step; the images are one pixel each, since only the draws matter. */
function inputsOf(run: Run): RawInputs {
  const count = run.optimizer.batchSize;
  const { channels } = run.model;
  const side = run.model.imageSize;
  const pixels = new Uint8Array(count * side * side * channels);
  const indices = Int32Array.from({ length: count }, (_, at) => at);
  const batch = {
    pixels,
    count,
    height: side,
    width: side,
    channels,
    labels: new Int32Array(count),
    indices,
    crops: null,
  };
  return rawInputs(batch, planStep(batch, { step: 1, stepsPerEpoch: 1000 }, run), run);
}
