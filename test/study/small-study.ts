import type { StudyInput } from "../../lib/config";

/**
 * Settings under which a training takes a second, and its evaluation less: one narrow block, since 10,000 test images pass
 * through it, and one program for all masks.
 */
const quick = {
  data: { trainLimit: 256 },
  model: { depth: 1, embedDim: 16 },
  train: { maxSteps: 4, compiler: "graph", contextBucket: 49 },
  evaluate: { penalties: [1] },
};

/** A table of two rows that anything can run; `steps` of the second row make it long enough to be interrupted. */
export function smallStudy(options: { steps?: number; failing?: boolean } = {}): StudyInput {
  const epochs = Math.max(1, Math.ceil((options.steps ?? 4) / 8));
  const long = { train: { maxSteps: options.steps ?? 4 }, optimizer: { epochs, warmupEpochs: 0.4 * epochs } };
  return {
    name: "small-study",
    title: "A small study",
    asks: "Does everything run?",
    settings: quick,
    rows: [
      { name: "I-JEPA", settings: { objective: { method: "i-jepa" } } },
      { name: "N-JEPA", settings: long },
      // A rate at which the second step is no number.
      ...(options.failing
        ? [{ name: "diverges", settings: { optimizer: { learningRate: 1e30, warmupEpochs: 0 } } }]
        : []),
    ],
    columns: [{ name: "top-1", fraction: 1 }],
    claims: [{ says: "noise helps", orderings: [{ below: "I-JEPA", above: "N-JEPA" }] }],
  };
}
