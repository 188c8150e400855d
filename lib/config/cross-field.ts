import { blockSizes, type Grid } from "./block-size";
import { datasets } from "./datasets";
import type { MaskingConfig } from "./masking";
import { effectiveMethod } from "./objective";
import type { Run } from "./run";

/** Patches down or across: one head's attention over such a grid's takes 16 GiB for an image. */
const MOST_SIDE = 256;

/** Settings that are valid alone but contradict one another, one line each. */
export function crossFieldProblems(run: Run): string[] {
  const { data, evaluate, model, objective, optimizer } = run;
  const problems: string[] = [];
  const divides = (divisor: number, value: number) => value % divisor === 0;
  const check = (holds: boolean, problem: string) => {
    if (!holds) problems.push(problem);
  };
  const widths = [
    ["model.embedDim", model.embedDim, "numHeads", model.numHeads],
    ["model.predictorEmbedDim", model.predictorEmbedDim, "predictorNumHeads", model.predictorNumHeads],
  ] as const;
  for (const [name, width, headsName, heads] of widths) {
    check(divides(heads, width), `${name}: expected a multiple of ${headsName} ${heads}, got ${width}`);
    check(divides(4, width), `${name}: expected a multiple of 4 (position embedding), got ${width}`);
  }
  for (const name of ["mean", "std"] as const) {
    check(
      data[name].length === model.channels,
      `data.${name}: expected ${model.channels} entries, one per channel, got ${data[name].length}`,
    );
  }
  check(
    data.imageSize === undefined || data.imageSize === model.imageSize,
    `data.imageSize: expected model.imageSize ${model.imageSize}, got ${data.imageSize}; leave it out`,
  );
  check(
    data.resize === undefined || data.resize >= model.imageSize,
    `data.resize: expected ≥ imageSize ${model.imageSize}, the square that is cut from it, got ${data.resize}`,
  );
  const { channels } = datasets[data.name];
  check(
    channels === null || channels === model.channels,
    `model.channels: expected ${channels}, the channels of ${datasets[data.name].title}, got ${model.channels}`,
  );
  check(
    !datasets[data.name].needsPath || data.path !== undefined,
    "data.path: expected where the images lie, got nothing",
  );
  if (objective.method === "n-jepa") {
    for (const name of ["lambdaNT", "lambdaCN"] as const) {
      check(
        objective[name] !== undefined,
        `objective.${name}: expected a number with method n-jepa (the paper's value is lost; try 0.1), got nothing`,
      );
    }
  }
  check(
    objective.lambdaCT !== 0 || effectiveMethod(objective) === "n-jepa",
    "objective.lambdaCT: expected > 0 where no other term has a weight, got 0; nothing would be learned",
  );
  check(
    optimizer.learningRateSchedule === "constant" || optimizer.finalLearningRate <= optimizer.learningRate,
    `optimizer.finalLearningRate: expected ≤ learningRate ${optimizer.learningRate}, got ${optimizer.finalLearningRate}`,
  );
  check(
    evaluate.labelLists === undefined || evaluate.shots === undefined,
    "evaluate.shots: expected none beside evaluate.labelLists, which name the labelled images",
  );
  check(
    optimizer.warmupEpochs <= optimizer.epochs * optimizer.ipeScale,
    `optimizer.warmupEpochs: expected ≤ epochs × ipeScale = ${optimizer.epochs * optimizer.ipeScale}, got ${optimizer.warmupEpochs}`,
  );
  check(
    divides(optimizer.microBatches, optimizer.batchSize),
    `optimizer.microBatches: expected a divisor of batchSize ${optimizer.batchSize}, got ${optimizer.microBatches}`,
  );
  const side = model.imageSize / model.patchSize;
  check(
    divides(model.patchSize, model.imageSize),
    `model.patchSize: expected a divisor of imageSize ${model.imageSize}, got ${model.patchSize}; no whole number of patches fits`,
  );
  check(
    side <= MOST_SIDE,
    `model.imageSize: expected at most ${MOST_SIDE} patches of ${model.patchSize} pixels a side, got ${model.imageSize} pixels`,
  );
  if (Number.isInteger(side) && side <= MOST_SIDE)
    problems.push(...maskingProblems({ height: side, width: side }, run.masking));
  return problems;
}

/** Blocks that can never keep more than minKeep patches on this grid, so that drawing them would never end. */
export function maskingProblems(grid: Grid, config: MaskingConfig): string[] {
  const blocks = [
    ["target", config.targetScale, config.targetAspect],
    ["context", config.contextScale, config.contextAspect],
  ] as const;
  return blocks.flatMap(([name, scale, aspect]) => {
    const sizes = blockSizes(grid, scale, aspect, config).map(({ size }) => size);
    const [height, width] = sizes.reduce((least, size) => (size[0] * size[1] < least[0] * least[1] ? size : least));
    const patches = height * width;
    if (patches > config.minKeep) return [];
    return [
      `masking.minKeep: expected less than ${patches}, the patches of the smallest ${name} block (${height}×${width}) on a ` +
        `${grid.height}×${grid.width} grid, got ${config.minKeep}; lower minKeep, raise ${name}Scale or take smaller patches`,
    ];
  });
}
