import type { Run } from "njepa";
import { arrayDataset, batches, type Dataset, type ImageBatch } from "njepa/data";
import { planStep, type StepPlan } from "njepa/train";

/** Pseudo-random images, identical on every machine, enough for `steps` steps. */
export function randomImages(run: Run, rawSize: number, steps: number): Dataset {
  const { channels } = run.model;
  const image = rawSize * rawSize * channels;
  const split = (images: number) => {
    const pixels = new Uint8Array(images * image);
    for (let index = 0; index < pixels.length; index++) pixels[index] = (index * 2_654_435_761) >>> 24;
    return { pixels, labels: new Int32Array(images) };
  };
  const shape = { height: rawSize, width: rawSize, channels };
  const train = split(run.optimizer.batchSize * steps);
  const name = "random";
  return arrayDataset({ name, classNames: ["one"], ...shape, train, test: split(1), fingerprint: name });
}

/** A batch with the random draws of its step. */
export interface PlannedBatch {
  batch: ImageBatch;
  plan: StepPlan;
}

/** The first batches of an epoch with the random draws of their steps. */
export async function* plannedBatches(
  run: Run,
  data: Dataset,
  { steps, stepsPerEpoch }: { steps: number; stepsPerEpoch: number },
): AsyncGenerator<PlannedBatch> {
  const order = { batchSize: run.optimizer.batchSize, seed: run.seed, epoch: 0 };
  let step = 0;
  for await (const batch of batches(data.split("train"), order)) {
    yield { batch, plan: planStep(batch, { step: ++step, stepsPerEpoch }, run) };
    if (step === steps) return;
  }
}
