import type { Run } from "../config";
import type { ImageBatch } from "../data";
import { type PatchMasks, sampleMasks } from "../masking";
import { patchGrid } from "../model";
import { type StepHyperparameters, type StepPlace, stepHyperparameters } from "../optimizer";
import { type CropBox, randomCropBoxes } from "../pixels";
import { rng } from "../random";

/** Everything that one step draws and sets, as a function of run, step and images: numbers only, no tensors. */
export interface StepPlan {
  /** From 1. */
  step: number;
  hyperparameters: StepHyperparameters;
  masks: PatchMasks;
  /** Number of parts that the batch is computed in. */
  parts: number;
  /** Two int32 that seed the step's noise draws. */
  noiseKey: [number, number];
  /** One crop per image; null: whole images. */
  crops: CropBox[] | null;
}

/**
 * What the step at a given point of the run does with a batch.
 *
 * No draw depends on hidden state, so a resumed run draws what an uninterrupted one would have drawn.
 */
export function planStep(batch: ImageBatch, { step, stepsPerEpoch }: StepPlace, run: Run): StepPlan {
  const { model, noise, data, seed, optimizer } = run;
  const epoch = Math.floor((step - 1) / stepsPerEpoch);
  const noiseStream = rng(seed).fold("noise");
  const { crop } = data;
  const parts = optimizer.microBatches;
  const masking = isCutByPart(run) ? { ...run.masking, contextTruncation: "none" as const } : run.masking;
  return {
    step,
    hyperparameters: stepHyperparameters({ step, stepsPerEpoch }, optimizer),
    // The reference's counter starts at 0.
    masks: sampleMasks(patchGrid(model), { images: batch.count, seed, step: step - 1 }, masking),
    parts,
    noiseKey: (noise.level === "frozen" ? noiseStream : noiseStream.fold(step)).key(),
    crops:
      batch.crops !== undefined ? batch.crops : crop && randomCropBoxes(batch.indices, batch, crop, { seed, epoch }),
  };
}

/** Whether contexts are cut to the shortest of their part, and hence are not yet cut in the plan. */
export function isCutByPart({ masking, optimizer }: Pick<Run, "masking" | "optimizer">): boolean {
  const { contextTruncation, truncationScope } = masking;
  return optimizer.microBatches > 1 && truncationScope === "micro-batch" && contextTruncation === "batch-min";
}
