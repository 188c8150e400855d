/** On the machine of the trial: golden losses, then images a second beside PyTorch's compiled twin. One JSON object, at the path given. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "njepa";
import { arithmetic, memory, ready, stats } from "njepa/engine";
import { createTrainState, trainStep } from "njepa/train";
import { plannedBatches, randomImages } from "../step-data";
import { openTwin } from "../twin";

/** The settings the kit was packed with. */
export interface TrialSettings {
  golden: { run: Run; rawSize: number; losses: number[] };
  speed: { run: Run; rawSize: number; steps: number; rounds: number };
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] as number;

/** Losses of a run's first steps. */
export async function lossesOf(
  { run, rawSize }: Pick<TrialSettings["golden"], "run" | "rawSize">,
  steps: number,
): Promise<number[]> {
  const [data, state] = [randomImages(run, rawSize, steps), createTrainState(run)];
  const losses: number[] = [];
  for await (const { batch, plan } of plannedBatches(run, data, { steps, stepsPerEpoch: steps })) {
    losses.push((await trainStep(state, batch, plan)).loss);
  }
  state.dispose();
  return losses;
}

async function golden({ run, rawSize, losses }: TrialSettings["golden"]) {
  const found = await lossesOf({ run, rawSize }, losses.length);
  const again = await lossesOf({ run, rawSize }, losses.length);
  const apart = found.map((loss, at) => Math.abs(loss / (losses[at] as number) - 1));
  return {
    expected: losses,
    found,
    largestRelativeDifference: Math.max(...apart),
    // In float32 with different kernels; a wrong program is off by far more.
    agrees: apart.every((difference) => difference < 1e-3),
    sameBitsAgain: found.every((loss, at) => Object.is(loss, again[at])),
  };
}

async function speed({ run, rawSize, steps, rounds }: TrialSettings["speed"], here: string) {
  const batch = run.optimizer.batchSize;
  const [data, state] = [randomImages(run, rawSize, steps), createTrainState(run)];
  const take = async () => {
    let seconds = 0;
    for await (const { batch, plan } of plannedBatches(run, data, { steps, stepsPerEpoch: steps })) {
      const began = performance.now();
      await trainStep(state, batch, plan);
      seconds += (performance.now() - began) / 1000;
    }
    return seconds / steps;
  };
  const { TRIAL_PYTHON: python = "python3", TRIAL_TORCH_DEVICE: device = "cuda" } = process.env;
  const first = await take();
  const ours: number[] = [];
  const theirs: number[] = [];
  const twin = await openTwin(run, {
    python,
    program: join(here, "reference", "peer.py"),
    steps,
    compile: true,
    device,
  }).catch((error: Error) => error);
  const takeTwin = async () => {
    if (twin instanceof Error) return;
    const { seconds } = await twin.take();
    theirs.push(seconds.reduce((sum, each) => sum + each, 0) / steps);
  };
  let failed: string | null = twin instanceof Error ? twin.message : null;
  try {
    await takeTwin();
    theirs.length = 0;
    for (let round = 0; round < rounds; round++) {
      ours.push(await take());
      await takeTwin();
    }
  } catch (error) {
    failed = (error as Error).message;
  } finally {
    if (!(twin instanceof Error)) twin.process.stop();
  }
  while (ours.length < rounds) ours.push(await take());
  state.dispose();
  return {
    batch,
    precision: run.train.precision,
    ours: { secondsPerStep: ours, imagesPerSecond: batch / median(ours), secondsOfFirstTurn: first * steps },
    pytorch: {
      secondsPerStep: theirs,
      imagesPerSecond: theirs.length > 0 ? batch / median(theirs) : null,
      device,
      failed,
    },
  };
}

async function main(here: string, to: string): Promise<void> {
  const settings = JSON.parse(readFileSync(join(here, "settings.json"), "utf8")) as TrialSettings;
  const { pjrt } = await ready({ backend: "pjrt" });
  const result: Record<string, unknown> = { arithmetic: arithmetic(), pjrt, node: process.version };
  const part = async (name: string, work: () => Promise<object>) => {
    result[name] = await work().catch((error: Error) => ({ error: error.stack }));
    writeFileSync(to, `${JSON.stringify({ ...result, stats: stats(), memory: memory() }, null, 2)}\n`);
  };
  await part("golden", () => golden(settings.golden));
  await part("speed", () => speed(settings.speed, here));
}

if (require.main === module) main(__dirname, process.argv[2] ?? "result.json");
