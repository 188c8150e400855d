import { parseRun, type Run, type RunInput } from "../../lib/config";

/** The preset smoke with one block and one program for all masks: what takes most of a short training is its capture. */
export function tinyRun({ optimizer, train, ...over }: RunInput = {}): Run {
  return parseRun({
    preset: "smoke",
    model: { depth: 1 },
    optimizer: { epochs: 4, batchSize: 16, ...optimizer },
    train: { compiler: "graph", contextBucket: 49, ...train },
    ...over,
  });
}
