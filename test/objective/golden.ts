import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ModelConfig, ObjectiveConfig } from "../../lib/config";
import { tf } from "../../lib/engine";
import { encode } from "../../lib/model";
import { latents, type ObjectiveRun, objectiveAndGradients, type StepInputs, trainedNames } from "../../lib/objective";
import { adamWUpdate, emaUpdate, isDecayed } from "../../lib/optimizer";

/** An array of the golden file. */
export interface GoldenArray {
  shape: number[];
  values: Float32Array;
}
type Arrays = Record<string, GoldenArray>;

/** Tensors by name. */
export type Tensors = Record<string, tf.Tensor>;

/** How a function of tensors is run: as it is, or compiled (once per function). */
export type Runner = (fn: (inputs: Tensors) => Tensors, inputs: Tensors) => Promise<Tensors>;

export const eagerly: Runner = async (fn, inputs) => tf.tidy(() => fn(inputs));

/** test/golden/tiny.json (or the file that NJEPA_GOLDEN names), its parameters under this project's prefixes. */
export interface Golden {
  run: ObjectiveRun;
  params: Arrays;
  batch: { images: GoldenArray; noise: GoldenArray; context: number[][]; targets: number[][] };
  positions: { encoder: GoldenArray; predictor: GoldenArray };
  outputs: Arrays;
  activations: Arrays;
  losses: Record<"ct" | "nt" | "cn" | "total", number>;
  literal: Record<"ct" | "nt" | "cn", number>;
  lossesOverSteps: Record<"ct" | "nt" | "cn" | "total", number>[];
  grads: Arrays;
  after: Arrays;
  teacherAfter: Arrays;
  normsAfter: Record<string, number>;
  decayed: string[];
}

const terms = { loss: "total", lossCT: "ct", lossNT: "nt", lossCN: "cn" } as const;
const LEARNING_RATE = 1e-3;
const WEIGHT_DECAY = 0.05;
const EMA_MOMENTUM = 0.996;

interface RawArray {
  shape: number[];
  f32: string;
}

export function loadGolden(): Golden {
  const file = JSON.parse(
    readFileSync(process.env.NJEPA_GOLDEN ?? path.join(__dirname, "..", "golden", "tiny.json"), "utf8"),
  );
  const { config } = file;
  return {
    run: {
      model: ModelConfig.parse({
        imageSize: config.image,
        channels: config.channels,
        patchSize: config.patch,
        embedDim: config.embed,
        depth: config.depth,
        numHeads: config.heads,
        predictorDepth: config.predictor_depth,
        predictorEmbedDim: config.predictor_embed,
        predictorNumHeads: config.predictor_heads,
      }),
      objective: ObjectiveConfig.parse({ lambdaNT: config.lambda_nt, lambdaCN: config.lambda_cn }),
    },
    params: arrays(file.params),
    batch: {
      images: array(file.images_nhwc),
      noise: array(file.noise),
      context: file.masks.context,
      targets: file.masks.targets.flat(),
    },
    positions: { encoder: array(file.pos_embed_encoder), predictor: array(file.pos_embed_predictor) },
    outputs: arrays(file.outputs),
    activations: arrays(file.activations),
    losses: file.losses,
    literal: file.paper_literal_losses,
    lossesOverSteps: file.losses_over_steps,
    grads: arrays(file.grads),
    after: arrays(file.params_after_adamw),
    teacherAfter: arrays(file.teacher_after_ema),
    decayed: file.weight_decayed,
    normsAfter: Object.fromEntries(
      Object.entries(file.l2_norms_after_3_steps as Record<string, number>).map(([name, norm]) => [
        ourName(name),
        norm,
      ]),
    ),
  };
}

function array({ shape, f32 }: RawArray): GoldenArray {
  return { shape, values: new Float32Array(Uint8Array.from(Buffer.from(f32, "base64")).buffer) };
}

function arrays(record: Record<string, RawArray>): Arrays {
  return Object.fromEntries(Object.entries(record).map(([name, raw]) => [ourName(name), array(raw)]));
}

function ourName(name: string): string {
  return name.replace(/^teacher\./, "target_encoder.");
}

/** The golden batch as a step's inputs; the caller disposes. */
export function goldenInputs({ batch, run }: Golden): StepInputs {
  return {
    images: tf.tensor(batch.images.values, batch.images.shape as [number, number, number, number]),
    noise: tf.tensor(batch.noise.values, batch.noise.shape as [number, number, number]),
    context: tf.tensor2d(batch.context, undefined, "int32"),
    contextLength: tf.tensor1d(
      batch.context.map((row) => row.length),
      "int32",
    ),
    targets: tf.tensor2d(batch.targets, undefined, "int32"),
    targetLength: tf.tensor1d([batch.targets[0]?.length ?? run.model.depth], "int32"),
  };
}

/** The golden parameters as tensors; the caller disposes. */
export function goldenParameters({ params }: Golden): Tensors {
  return Object.fromEntries(
    Object.entries(params).map(([name, { values, shape }]) => [name, tf.tensor(values, shape, "float32")]),
  );
}

/** The three losses, their sum, and `grad/<name>` of every trained parameter; inputs hold parameters and batch by name. */
function lossesAndGradients(inputs: Tensors, run: ObjectiveRun): Tensors {
  const { losses, gradients } = objectiveAndGradients(inputs, inputs as unknown as StepInputs, run);
  const named = Object.entries(gradients).map(([name, gradient]) => [`grad/${name}`, gradient]);
  return { ...losses, ...Object.fromEntries(named) };
}

/** A training step written out with the optimizer's pure functions: `<name>`, `m/<name>`, `v/<name>` are replaced. */
function goldenStep(inputs: Tensors, run: ObjectiveRun): Tensors {
  const found = lossesAndGradients(inputs, run);
  const at = (name: string) => inputs[name] as tf.Tensor;
  const next: Tensors = {};
  for (const name of trainedNames(run)) {
    const updated = adamWUpdate(
      {
        parameter: at(name),
        gradient: found[`grad/${name}`] as tf.Tensor,
        firstMoment: at(`m/${name}`),
        secondMoment: at(`v/${name}`),
      },
      {
        learningRate: tf.scalar(LEARNING_RATE),
        weightDecay: isDecayed(name, at(name).shape) ? tf.scalar(WEIGHT_DECAY) : null,
        firstCorrection: at("firstCorrection") as tf.Scalar,
        secondCorrection: at("secondCorrection") as tf.Scalar,
      },
      { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    );
    next[name] = updated.parameter;
    next[`m/${name}`] = updated.firstMoment;
    next[`v/${name}`] = updated.secondMoment;
    const teacher = `target_${name}`;
    if (inputs[teacher]) next[teacher] = emaUpdate(at(teacher), updated.parameter, tf.scalar(EMA_MOMENTUM));
  }
  return { ...found, ...next };
}

/** That each number is within `absolute + relative · |golden|` of the golden one, where it counts. */
export async function expectClose(
  tensor: tf.Tensor | undefined,
  golden: GoldenArray | undefined,
  absolute: number,
  relative = 0,
  counts: (index: number) => boolean = () => true,
): Promise<void> {
  if (!tensor || !golden) throw new Error("a golden array or its counterpart is missing");
  expect(tensor.shape).toEqual(golden.shape);
  const values = await tensor.data();
  let worst = 0;
  golden.values.forEach((expected, index) => {
    const excess = Math.abs((values[index] as number) - expected) / (absolute + relative * Math.abs(expected));
    if (counts(index)) worst = Math.max(excess, worst);
  });
  expect(worst).toBeLessThanOrEqual(1);
}

async function number(tensor: tf.Tensor | undefined): Promise<number> {
  return (await (tensor as tf.Tensor).data())[0] as number;
}

/** The golden numbers, whichever way the step is run. `name` says which. */
export function goldenContract(name: string, runner: Runner): void {
  describe(`the golden step, ${name}`, () => {
    const golden = loadGolden();
    let inputs: Tensors;
    beforeAll(() => {
      inputs = { ...goldenParameters(golden), ...(goldenInputs(golden) as unknown as Tensors) };
    });

    it("has the reference's encoder output, targets and both predictions", async () => {
      const found = await runner((given) => {
        const batch = given as unknown as StepInputs;
        const { targets, clean, noisy } = latents(given, batch, golden.run);
        const student = encode(given, "student", { images: batch.images, patches: batch.context }, golden.run.model);
        const teacher = encode(given, "teacher", { images: batch.images }, golden.run.model);
        return { targets, clean, noisy: noisy as tf.Tensor, student, teacher };
      }, inputs);
      await expectClose(found.student, golden.outputs.encoder_output, 2e-5);
      await expectClose(found.teacher, golden.activations.teacher_full, 2e-5);
      await expectClose(found.targets, golden.outputs.targets, 2e-5);
      await expectClose(found.clean, golden.outputs.pred_c, 2e-5);
      await expectClose(found.noisy, golden.outputs.pred_n, 2e-5);
      tf.dispose(found);
    });

    it("has the reference's three losses and every gradient, its parameters after AdamW, its teacher after EMA, and its losses over three steps", async () => {
      expect(trainedNames(golden.run).sort()).toEqual(Object.keys(golden.grads).sort());
      const takeStep = (given: Tensors) => goldenStep(given, golden.run);
      let state: Tensors = { ...inputs };
      for (const trained of trainedNames(golden.run)) {
        state[`m/${trained}`] = tf.zerosLike(inputs[trained] as tf.Tensor);
        state[`v/${trained}`] = tf.zerosLike(inputs[trained] as tf.Tensor);
      }
      for (let step = 1; step <= 4; step++) {
        state.firstCorrection = tf.scalar(1 - 0.9 ** step);
        state.secondCorrection = tf.scalar(1 - 0.999 ** step);
        const found = await runner(takeStep, state);
        const expected = golden.lossesOverSteps[step - 1];
        for (const [ours, theirs] of Object.entries(terms)) {
          const ratio = (await number(found[ours])) / (expected?.[theirs] as number);
          expect(Math.abs(ratio - 1), `${ours} before step ${step}`).toBeLessThan(step === 1 ? 1e-5 : 1e-4);
        }
        if (step === 1) {
          for (const [ours, theirs] of Object.entries(terms))
            expect(Math.abs((await number(found[ours])) / golden.losses[theirs] - 1), ours).toBeLessThan(1e-5);
          for (const name of Object.keys(golden.grads))
            await expectClose(found[`grad/${name}`], golden.grads[name], 2e-6, 1e-4);
          for (const [trained, after] of Object.entries(golden.after)) {
            const gradient = golden.grads[trained]?.values as Float32Array;
            await expectClose(found[trained], after, 2e-6, 0, (index) => Math.abs(gradient[index] as number) > 1e-5);
          }
          for (const [teacher, after] of Object.entries(golden.teacherAfter)) {
            // A key bias, which AdamW moves by anything up to the learning rate, reaches the teacher 250 times smaller.
            const undetermined = teacher.endsWith("qkv.bias") ? (1 - EMA_MOMENTUM) * 2 * LEARNING_RATE : 0;
            await expectClose(found[teacher], after, 1e-6 + undetermined);
          }
        }
        if (step === 3) {
          for (const [each, norm] of Object.entries(golden.normsAfter)) {
            // AdamW moves a key bias, whose gradient is rounding noise, by anything up to the learning rate.
            if (each.endsWith("qkv.bias")) continue;
            const length = await number(tf.norm((found[each] ?? state[each]) as tf.Tensor));
            expect(Math.abs(length / norm - 1), each).toBeLessThan(1e-4);
          }
        }
        const next = Object.keys(state).filter((key) => found[key]);
        state = { ...state, ...Object.fromEntries(next.map((key) => [key, found[key] as tf.Tensor])) };
      }
    });
  });
}
