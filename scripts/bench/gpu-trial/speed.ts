import { join } from "node:path";
import { memory, stats } from "njepa/engine";
import { createTrainState, rawParts, trainStep } from "njepa/train";
import { median } from "../measure";
import { type PlannedBatch, plannedBatches, randomImages } from "../step-data";
import { openTwin, type TwinAnswer } from "../twin";
import type { TimedRun } from "./settings";
import { spentIn } from "./step-parts";

const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;

/** Copies between host and device since `before`, by step: the batch and its masks go up, the losses come down. */
function copiesSince(before: ReturnType<typeof stats>, steps: number) {
  const now = stats();
  const names = ["uploads", "uploadedBytes", "downloads", "downloadedBytes"] as const;
  return Object.fromEntries(names.map((name) => [name, (now[name] - before[name]) / steps]));
}

/** PyTorch's twin, warmed up; not compiled where its compiler fails. @throws {EngineError} when it fails even so */
async function twinOf({ run, steps }: TimedRun, here: string) {
  const { TRIAL_PYTHON: python = "python3", TRIAL_TORCH_DEVICE: device = "cuda" } = process.env;
  const program = join(here, "reference", "peer.py");
  const open = async (compile: boolean) => {
    const began = performance.now();
    const twin = await openTwin(run, { python, program, steps, compile, device, padded: true });
    try {
      await twin.take();
    } catch (error) {
      twin.process.stop();
      throw error;
    }
    return { twin, device, compiled: compile, firstSeconds: (performance.now() - began) / 1000 };
  };
  return open(true).catch(async (error: Error) => {
    say(run, `PyTorch's compiler failed, so it runs eagerly: ${error.message}`);
    return open(false);
  });
}

const say = (run: TimedRun["run"], line: string) => console.error(`${run.train.precision}: ${line}`);

/** Lets both sides' last work end before anything is timed. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 2000));

/** Images a second beside PyTorch's compiled twin, in turns; both first compile, at once. */
export async function speed(timed: TimedRun, here: string) {
  const { run, rawSize, steps, rounds } = timed;
  const batch = run.optimizer.batchSize;
  const [data, state] = [randomImages(run, rawSize, steps), createTrainState(run)];
  const planned: PlannedBatch[] = [];
  for await (const one of plannedBatches(run, data, { steps, stepsPerEpoch: steps })) planned.push(one);
  const partsOf = (at: number) => {
    const { batch, plan } = planned[at % steps] as PlannedBatch;
    return rawParts(batch, plan, run);
  };
  let ready = partsOf(0);
  const take = async () => {
    const seconds: number[] = [];
    for (const [at, { batch, plan }] of planned.entries()) {
      const [began, parts] = [performance.now(), ready];
      // As a training does: the next batch goes up while this one is computed.
      const onComputing = () => {
        ready = partsOf(at + 1);
      };
      await trainStep(state, batch, plan, { parts, onComputing });
      seconds.push((performance.now() - began) / 1000);
    }
    return seconds;
  };
  const opening = twinOf(timed, here).catch((error: Error) => error);
  const began = performance.now();
  await take();
  const firstSeconds = (performance.now() - began) / 1000;
  say(run, `our programs are compiled, ${firstSeconds.toFixed(0)} s`);
  const peer = await opening;
  say(run, "both are compiled; timing");
  await settle();
  // Once more, since PyTorch was compiling beside the first turn.
  await take();
  const [ours, theirs]: [number[][], TwinAnswer[]] = [[], []];
  let failed = peer instanceof Error ? peer.message : null;
  const before = stats();
  for (let round = 0; round < rounds; round++) {
    ours.push(await take());
    if (peer instanceof Error || failed !== null) continue;
    await peer.twin.take().then(
      (answer) => theirs.push(answer),
      (error: Error) => {
        failed = error.message;
      },
    );
  }
  const copiesPerStep = copiesSince(before, rounds * steps);
  if (!(peer instanceof Error)) peer.twin.process.stop();
  const spent = await spentIn(take);
  state.dispose();
  const rate = (turns: readonly number[][]) => (turns.length > 0 ? batch / median(turns.map(mean)) : null);
  return {
    batch,
    precision: run.train.precision,
    ours: {
      imagesPerSecond: rate(ours),
      secondsPerStep: ours,
      firstSeconds,
      devicePeakBytes: memory().devicePeakBytes,
      copiesPerStep,
      millisecondsPerStep: Object.fromEntries(Object.entries(spent).map(([name, spent]) => [name, spent / steps])),
    },
    pytorch: {
      imagesPerSecond: rate(theirs.map(({ seconds }) => seconds)),
      secondsPerStep: theirs.map(({ seconds }) => seconds),
      devicePeakBytes: theirs.at(-1)?.devicePeak ?? null,
      ...(peer instanceof Error
        ? {}
        : { device: peer.device, compiled: peer.compiled, firstSeconds: peer.firstSeconds }),
      failed,
    },
  };
}
