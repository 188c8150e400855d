import { parseRun, type Run, type RunInput } from "njepa";

/** One size at which the step is measured, and how often. */
export interface StepSize {
  name: string;
  /** The run to train, based on a preset, at this batch size. */
  input: RunInput;
  /** Side of the images before cropping. */
  rawSize: number;
  /** Steps per turn; their masks are those of a run's first steps, so that token counts vary. */
  steps: number;
  /** Most turns. */
  rounds: number;
}

const weights = { lambdaNT: 0.1, lambdaCN: 0.1 };

const inFloat32: readonly StepSize[] = [
  { name: "demo, batch 64", input: { preset: "demo", optimizer: { batchSize: 64 } }, rawSize: 28, steps: 8, rounds: 5 },
  {
    name: "tiny, batch 128",
    // A ViT-Ti's width on 28², patch 4; nothing padded, as in a long run.
    input: {
      preset: "small",
      model: { embedDim: 192, depth: 6, predictorDepth: 3, predictorEmbedDim: 96 },
      masking: { positionRange: "reference" },
      optimizer: { batchSize: 128 },
      train: { contextBucket: 1, targetBucket: 1 },
    },
    rawSize: 28,
    steps: 6,
    rounds: 5,
  },
  {
    name: "ViT-B/16, batch 4",
    input: {
      preset: "paper-100",
      objective: weights,
      optimizer: { batchSize: 4 },
      train: { contextBucket: 8, targetBucket: 1 },
    },
    rawSize: 256,
    steps: 2,
    rounds: 3,
  },
];

/** Each size in both precisions; PyTorch's twin uses the same through autocast. */
export const stepSizes: readonly StepSize[] = inFloat32.flatMap(({ name, input, ...size }) => [
  { name, input, ...size },
  { name: `${name}, bfloat16`, input: { ...input, train: { ...input.train, precision: "bfloat16" } }, ...size },
]);

export function runOf({ input }: StepSize): Run {
  return parseRun(input);
}
