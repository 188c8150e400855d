/** Our side of `npm run bench -- step`, in its own process: a line of JSON in, a line of JSON out. */
import { createInterface } from "node:readline";
import { parseRun, planStep, type Run, type RunInput, ready, train } from "njepa";
import { batches, type Dataset } from "njepa/data";
import { createTrainState, rawParts, type TrainState, trainStep } from "njepa/train";
import { plannedBatches, randomImages } from "./step-data";

export interface OpenQuestion {
  open: { input: RunInput; rawSize: number };
}
export interface StepsQuestion {
  /** Number of steps to take, starting with the first one's masks. */
  steps: number;
  /** `parts`: each step broken down; `loop`: as `train` takes them. */
  how: "step" | "parts" | "loop";
}
export interface StepsAnswer {
  /** Mean seconds per step. */
  seconds: number;
  resident: number;
  signatures: number;
  parts?: Record<Part, number>;
}
export type Part = "data" | "masks" | "host to device" | "step" | "read";

/** Steps per epoch; more than a turn takes. */
const EPOCH = 64;

interface Side {
  run: Run;
  data: Dataset;
  state: TrainState;
}

let side: Side;

async function answer(question: OpenQuestion | StepsQuestion): Promise<object> {
  if ("open" in question) {
    await ready({ device: "cpu" });
    const run = parseRun(question.open.input);
    side = { run, data: randomImages(run, question.open.rawSize, EPOCH), state: createTrainState(run) };
    return { ready: true };
  }
  const { state } = side;
  const takers = { step: takeSteps, parts: takeApart, loop: takeLoop };
  const found = await takers[question.how](side, question.steps);
  return { ...found, resident: process.memoryUsage.rss(), signatures: state.compiled.signatures() };
}

async function takeSteps(at: Side, steps: number): Promise<{ seconds: number }> {
  let seconds = 0;
  for await (const { batch, plan } of plannedBatches(at.run, at.data, { steps, stepsPerEpoch: EPOCH })) {
    const began = performance.now();
    await trainStep(at.state, batch, plan);
    seconds += (performance.now() - began) / 1000;
  }
  return { seconds: seconds / steps };
}

async function takeApart(at: Side, steps: number): Promise<{ seconds: number; parts: Record<Part, number> }> {
  const parts: Record<Part, number> = { data: 0, masks: 0, "host to device": 0, step: 0, read: 0 };
  const { run, data, state } = at;
  const order = { batchSize: run.optimizer.batchSize, seed: run.seed, epoch: 0 };
  const source = batches(data.split("train"), order);
  let last = performance.now();
  const lap = (part: Part) => {
    const now = performance.now();
    parts[part] += (now - last) / 1000 / steps;
    last = now;
  };
  for (let step = 1; step <= steps; step++) {
    last = performance.now();
    const { value: batch } = await source.next();
    if (!batch) break;
    lap("data");
    const plan = planStep(batch, { step, stepsPerEpoch: EPOCH }, run);
    lap("masks");
    const inputs = rawParts(batch, plan, run);
    lap("host to device");
    const results = await state.compiled.run(inputs, plan.hyperparameters);
    lap("step");
    for (const tensor of Object.values(results)) tensor.dataSync();
    lap("read");
    for (const { masks, ...raw } of inputs) {
      for (const tensor of [...Object.values(raw), ...Object.values(masks)]) tensor?.dispose();
    }
    for (const tensor of Object.values(results)) tensor.dispose();
  }
  await source.return(undefined);
  return { seconds: Object.values(parts).reduce((sum, part) => sum + part, 0), parts };
}

async function takeLoop({ state, data }: Side, steps: number): Promise<{ seconds: number }> {
  state.step = 0;
  const stop = new AbortController();
  const began = performance.now();
  for await (const { step } of train(state, data, { signal: stop.signal })) if (step === steps) stop.abort();
  return { seconds: (performance.now() - began) / 1000 / steps };
}

async function serve(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const said = await answer(JSON.parse(line)).catch((error: Error) => ({ error: error.message }));
    process.stdout.write(`${JSON.stringify(said)}\n`);
  }
}

serve();
