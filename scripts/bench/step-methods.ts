/** What N-JEPA's second predictor and its losses cost: real trainings of both methods, in turns. */
import { join } from "node:path";
import { parseRun, type RunInput } from "njepa";
import { operationsPerImage } from "njepa/train";
import { type Row, row, takeTurns } from "./measure";
import { Peer } from "./peer";
import type { StepsAnswer } from "./step-side";

const METHODS = ["n-jepa", "i-jepa"] as const;
/** Steps of a turn: enough for a dozen shapes of masks, the same ones in every turn. */
const STEPS = 24;
const sideProgram = join(__dirname, "step-side.js");

/** A step of N-JEPA against one of I-JEPA, at the preset of the published results. */
export async function methodRows(rounds: number): Promise<Row[]> {
  const preset = "cifar";
  const inputs: Record<string, RunInput> = Object.fromEntries(
    METHODS.map((method) => [method, { preset, objective: { method } }]),
  );
  const sides = Object.fromEntries(METHODS.map((method) => [method, new Peer(process.execPath, [sideProgram])]));
  try {
    const turns: Record<string, () => Promise<number>> = {};
    for (const [method, side] of Object.entries(sides)) {
      await side.ask({ open: { input: inputs[method], rawSize: 32 } });
      turns[method] = async () => 1000 * (await side.ask<StepsAnswer>({ steps: STEPS, how: "loop" })).seconds;
    }
    const figures = await takeTurns(turns, { rounds });
    const [noisy, clean] = METHODS.map((method) => operationsPerImage(parseRun(inputs[method] as RunInput)) / 1e6);
    const about = `methods: ${preset}, batch ${parseRun(inputs["i-jepa"] as RunInput).optimizer.batchSize}`;
    const peerName = "I-JEPA";
    return [
      row({
        what: `${about}: a training step of N-JEPA`,
        ours: figures["n-jepa"] ?? null,
        peer: figures["i-jepa"] ?? null,
        peerName,
        unit: "ms",
        better: "less",
      }),
      row({
        what: `${about}: operations of N-JEPA for each image`,
        ours: noisy ?? null,
        peer: clean ?? null,
        peerName,
        unit: "million",
        better: "less",
      }),
    ];
  } finally {
    for (const side of Object.values(sides)) side.stop();
  }
}
