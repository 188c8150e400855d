import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as njepa from "njepa";

await njepa.ready();
const run = njepa.parseRun({ preset: "smoke", train: { maxSteps: 2 } });
const data = await njepa.openDataset(run.data);
const train = data.split("train");
const state = njepa.createTrainState(run);

// #region runLength, RunLength
const { stepsPerEpoch, steps } = njepa.runLength(train, run);
console.log(stepsPerEpoch, steps); // → 8 2
// #endregion

// #region planStep, StepPlan, StepPlace
// What the first step will do: masks, noise, rates; a function of run and step.
const order = { batchSize: run.optimizer.batchSize, seed: run.seed, epoch: 0 };
const batch = (await njepa.batches(train, order).next()).value as njepa.ImageBatch;
const plan = njepa.planStep(batch, { step: 1, stepsPerEpoch }, run);
console.log(plan.masks.images); // → 32
// #endregion

// #region stepInputs, StepInputs
const inputs = njepa.stepInputs(batch, plan, run);
console.log(inputs.images.shape); // → [ 32, 28, 28, 1 ]
// #endregion

// #region objective, ObjectiveRun, Losses, LossTermName
const told = njepa.objective(state.parameters(), inputs, run);
console.log(Object.keys(told)); // → [ 'loss', 'lossCT', 'lossNT', 'lossCN' ]
// #endregion

// #region latents, losses, Latents
// The two halves of the objective: what is compared, and the distances. A loss of your own starts from the first.
const compared = njepa.latents(state.parameters(), inputs, run);
const again = njepa.losses(compared, run.objective);
console.log(again.loss.dataSync()[0] === told.loss.dataSync()[0]); // → true
// #endregion

// #region lossTerms, LossTerm, lossTermNames
console.log(njepa.lossTermNames, njepa.lossTerms.lossNT.weight); // → [ 'lossCT', 'lossNT', 'lossCN' ] lambdaNT
// #endregion

// #region objectiveAndGradients
const { gradients } = njepa.objectiveAndGradients(state.parameters(), inputs, run);
console.log(gradients["encoder.norm.bias"]?.shape); // → [ 32 ]
// #endregion

// #region learningRate, weightDecay, emaMomentum
// Schedules are functions of the step, here the first of 100 an epoch.
const place = { step: 1, stepsPerEpoch: 100 };
const { optimizer } = njepa.parseRun({ preset: "paper-100", objective: { lambdaNT: 0.1, lambdaCN: 0.1 } });
console.log(njepa.emaMomentum(place, optimizer), njepa.weightDecay(place, optimizer).toFixed(2)); // → 0.996 0.04
console.log(njepa.learningRate(place, optimizer) < njepa.learningRate({ ...place, step: 200 }, optimizer)); // → true
// #endregion

// #region adamW, AdamW, AdamWOptions
// An optimizer for a loop of your own, over engine variables; `update` may stand inside a compiled function.
const weight = njepa.createVariable(njepa.tf.scalar(1), "weight");
const adam = njepa.adamW({ weight }, { learningRate: 0.1 });
adam.update({ weight: njepa.tf.scalar(2) });
console.log(weight.read().dataSync()[0]?.toFixed(3)); // → 0.900
// #endregion

// #region createTrainState, TrainState
console.log(state.step, Object.keys(state.student).length > 0); // → 0 true
// #endregion

// #region trainStep, StepRecord
// One step: losses, gradients, AdamW, teacher. Compiled at its first call.
const record = await njepa.trainStep(state, batch, plan);
console.log(record.step, Number.isFinite(record.loss)); // → 1 true
// #endregion

// #region train, TrainOptions, TrainRecord
// All other steps, as a generator: leave the loop whenever you like.
for await (const { step, loss } of njepa.train(state, data)) console.log(step, Number.isFinite(loss)); // → 2 true
// #endregion

// #region diagnoseState, TrainDiagnostics
// Whether the features have collapsed.
console.log((await njepa.diagnoseState(state, train)).collapsed); // → …
// #endregion

// #region saveCheckpoint, loadCheckpoint
const folder = await mkdtemp(join(tmpdir(), "njepa-example-"));
await njepa.saveCheckpoint(state, join(folder, "checkpoint"));
console.log((await njepa.loadCheckpoint(join(folder, "checkpoint"))).step); // → 2
// #endregion

// #region exportEncoder
// For timm and PyTorch: docs/how-to.md has the lines of Python.
await njepa.exportEncoder(state, join(folder, "encoder.safetensors"), { encoder: "teacher" });
// #endregion

// #region trainRun, TrainRunOptions, TrainedRun
// A run in a folder, from its newest checkpoint to the end; called again, it goes on, or has nothing to do.
const trained = await njepa.trainRun(join(folder, "run"), run, { data });
console.log(trained.finished, trained.state.step); // → true 2
// #endregion

// #region newestCheckpoint
console.log((await njepa.newestCheckpoint(join(folder, "run"))) === trained.checkpoint); // → true
// #endregion

// #region readRecords, RunRecord
console.log((await njepa.readRecords(join(folder, "run"))).map(({ step }) => step)); // → [ 1, 2 ]
// #endregion

// #region stopSignal
// SIGINT and SIGTERM abort it; a second signal ends the process.
const stop = njepa.stopSignal();
console.log(stop.signal.aborted); // → false
stop.release();
// #endregion
