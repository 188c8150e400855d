import { beforeAll, describe, expect, it } from "vitest";
import { type EngineVariable, tf } from "../../lib/engine";
import { encode } from "../../lib/model";
import { latents, type ObjectiveRun, objectiveAndGradients, type StepInputs, trainedNames } from "../../lib/objective";
import { adamWAssign, emaUpdate, isDecayed } from "../../lib/optimizer";
import { disposeAll, readAll, type Variables, variableOf } from "../../lib/train/variables";
import { expectClose, type Golden, goldenInputs, goldenParameters, loadGolden, type Tensors } from "./golden";

/** How a function of tensors is run: as it is, or compiled (once per function). */
export type Runner = (fn: (inputs: Tensors) => Tensors, inputs: Tensors) => Promise<Tensors>;

export const eagerly: Runner = async (fn, inputs) => tf.tidy(() => fn(inputs));

const terms = { loss: "total", lossCT: "ct", lossNT: "nt", lossCN: "cn" } as const;
const LEARNING_RATE = 1e-3;
const WEIGHT_DECAY = 0.05;
const EMA_MOMENTUM = 0.996;

/** The three losses, their sum, and `grad/<name>` of every trained parameter; inputs hold parameters and batch by name. */
function lossesAndGradients(inputs: Tensors, run: ObjectiveRun): Tensors {
  const { losses, gradients } = objectiveAndGradients(inputs, inputs as unknown as StepInputs, run);
  const named = Object.entries(gradients).map(([name, gradient]) => [`grad/${name}`, gradient]);
  return { ...losses, ...Object.fromEntries(named) };
}

/** Variables as a training begins: `<name>` has the golden value, `m/<name>` and `v/<name>` zeros; the caller disposes. */
function goldenVariables(golden: Golden): Variables {
  const values = goldenParameters(golden);
  for (const name of trainedNames(golden.run))
    for (const moment of ["m", "v"]) values[`${moment}/${name}`] = tf.zerosLike(values[name] as tf.Tensor);
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, variableOf(name, value)]));
}

/** A training step written out with the optimizer's functions: what it found, and by name what the variables then have. */
function goldenStep(variables: Variables, given: Tensors, run: ObjectiveRun): Tensors {
  const found = lossesAndGradients({ ...given, ...readAll(variables) }, run);
  const at = (name: string) => variables[name] as EngineVariable;
  for (const name of trainedNames(run)) {
    adamWAssign(
      { parameter: at(name), firstMoment: at(`m/${name}`), secondMoment: at(`v/${name}`) },
      found[`grad/${name}`] as tf.Tensor,
      {
        learningRate: tf.scalar(LEARNING_RATE),
        weightDecay: isDecayed(name, at(name).shape) ? tf.scalar(WEIGHT_DECAY) : null,
        firstCorrection: given.firstCorrection as tf.Scalar,
        secondCorrection: given.secondCorrection as tf.Scalar,
      },
      { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    );
    const teacher = variables[`target_${name}`];
    teacher?.assign(emaUpdate(teacher.read(), at(name).read(), tf.scalar(EMA_MOMENTUM)));
  }
  return { ...found, ...readAll(variables) };
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
      const variables = goldenVariables(golden);
      const takeStep = (given: Tensors) => goldenStep(variables, given, golden.run);
      const batch = goldenInputs(golden) as unknown as Tensors;
      for (let step = 1; step <= 4; step++) {
        const corrections = {
          firstCorrection: tf.scalar(1 - 0.9 ** step),
          secondCorrection: tf.scalar(1 - 0.999 ** step),
        };
        const found = await runner(takeStep, { ...batch, ...corrections });
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
            const length = await number(tf.norm(found[each] as tf.Tensor));
            expect(Math.abs(length / norm - 1), each).toBeLessThan(1e-4);
          }
        }
        tf.dispose(found);
      }
      disposeAll(variables);
    });
  });
}
