import type { StudyInput } from "../../config";
import { iJepa, lowWeights, nJepa, topOne } from "./rows";

/** Figure 4: the trainings of Table 5a, whose records hold the gradient norms. */
export const figure4: StudyInput = {
  name: "figure-4-gradients",
  title: "Figure 4: gradients of the last layer",
  asks: "How large is the gradient of the last encoder block's qkv weight, step by step, with and without noise?",
  found: "A curve whose numbers and axes are lost; very probably the L2 norm that the I-JEPA code logs.",
  rows: [
    { name: "I-JEPA", settings: iJepa },
    { name: "N-JEPA, fixed noise", settings: nJepa(lowWeights, "edm-single") },
    { name: "N-JEPA, multi-level noise", settings: nJepa(lowWeights, "edm") },
  ],
  columns: topOne,
  notes: "The trainings are those of Table 5a. The paper claims no ordering that could be tested.",
  answer: [
    `const records = await njepa.studyRecords(results);
const line = { type: "line", opacity: 0.8 } as const;
const x = { field: "step", type: "quantitative", axis: { tickCount: 4 } } as const, color = { field: "row", type: "nominal", title: null } as const, detail = { field: "seed" };
const curves = records.map(({ row, seed, step, gradNorm }) => ({ row, seed, step, gradNorm }));
await njepa.show(njepa.figure({ data: { values: curves }, mark: line, width: 200, height: 220, encoding: { x, detail, color: { ...color, legend: null },
  y: { field: "gradNorm", type: "quantitative", scale: { type: "log" }, title: "L2 norm" }, column: { field: "row", type: "nominal", title: null } } },
  { id: "gradients", caption: "L2 norm of the gradient of the last encoder block's qkv weight, a line for each training seed" }));`,
  ],
  sections: [
    {
      title: "The gradients",
      text: "The mean of the last fifth of each curve above, compared between rows.",
      code: [
        `// Where nothing is measured yet there is nothing to compare.
if (records.length > 0) {
const lasts = from(records).filter((d) => d.progress > 0.8).groupby("row", "seed").rollup({ value: op.mean("gradNorm") });
const norms = lasts.groupby("row").rollup({ mean: op.mean("value"), std: op.stdev("value"), n: op.count() });
await njepa.show(njepa.table(norms, { id: "gradient-means", caption: "L2 norm, mean over the last fifth of the steps; over training seeds" }));
console.log(njepa.compareRows(lasts.objects() as njepa.TrainingValue[], "L2 norm over the last fifth of the steps",
  { above: "N-JEPA, multi-level noise", below: "I-JEPA" }));
}`,
      ],
    },
    {
      title: "By layer, loss term and predictor",
      text:
        "The gradient of each term of the loss alone, with its weight, by each block of the encoder and by the predictors: on 32 images at the " +
        "end of each training. A block's norm is over all of its parameters, and not of its qkv weight alone.",
      code: [
        `const parts = await njepa.studyGradients(results);
if (parts.length === 0) console.log("Not measured: no gradients of these trainings are published, and no weights of them are in the store.");
else {
// The clean predictor has no part in the noisy prediction's distance to the target: a gradient of zero, which no log axis has.
const gradients = from(parts).filter((d) => d.norm > 0).groupby("row", "part", "loss").rollup({ norm: op.mean("norm") });
await njepa.show(njepa.figure({ data: { values: gradients.objects() }, mark: { type: "line", point: true }, width: 200, height: 200, encoding: {
  x: { field: "part", type: "nominal", sort: null, title: null }, y: { field: "norm", type: "quantitative", scale: { type: "log" }, title: "L2 norm" },
  color: { field: "loss", type: "nominal", title: null }, column: { field: "row", type: "nominal", title: null } } },
  { id: "gradients-by-part", caption: \`L2 norm of each loss term's gradient by part of the model, mean over training seeds \${[...new Set(parts.map((d) => d.seed))].join(", ")}\` }));
}`,
      ],
    },
    {
      title: "The losses",
      code: [
        `if (records.length > 0) {
const terms = from(records).fold(["lossCT", "lossNT", "lossCN"], { as: ["term", "loss"] }).filter((d) => d.loss !== null)
  .groupby("row", "term", "step").rollup({ loss: op.mean("loss") });
await njepa.show(njepa.figure({ data: { values: terms.objects() }, mark: line, width: 180, height: 160, encoding: { x, color,
  y: { field: "loss", type: "quantitative", scale: { type: "log" } }, column: { field: "term", type: "nominal", title: null } } },
  { id: "losses", caption: "The three losses of the same trainings, mean over training seeds" }));
}`,
      ],
    },
  ],
};

/** Figure 5: schedules whose last stretch is never reached (ipe_scale 1.25), or is (1). */
export const figure5: StudyInput = {
  name: "figure-5-settings",
  title: "Figure 5: settings and schedules",
  asks: "Does a schedule computed for 1.25 times the run and cut off do better than one that ends with the run?",
  found:
    "Only the figure's caption is known (settings of ViT-B at 600 epochs). The text reports that with plain schedules " +
    "checkpoints of epoch 80 and 550 were better than those of 100 and 600, and sets ipe_scale to 1.25.",
  rows: [
    { name: "ipe_scale 1", settings: { ...nJepa(lowWeights, "edm"), optimizer: { ipeScale: 1 } } },
    { name: "ipe_scale 1.25", settings: { ...nJepa(lowWeights, "edm"), optimizer: { ipeScale: 1.25 } } },
  ],
  columns: topOne,
  notes:
    "What the paper states is in the presets; the rest is I-JEPA's code. StoP's table of the same caption is not N-JEPA's and is not used.",
  sections: [
    {
      title: "The settings of the paper's 600 epochs",
      text: 'Each with its source in the config\'s docstrings. λ1 and λ2 are lost: 0.1 stands for "low".',
      code: [
        `const paper = njepa.parseRun({ preset: "paper-600", objective: { lambdaNT: 0.1, lambdaCN: 0.1 } });
const chosen = { optimizer: paper.optimizer, model: paper.model, masking: paper.masking, noise: paper.noise };
const settings = Object.entries(chosen).flatMap(([part, values]) => Object.entries(values).map(([setting, value]) => ({ part, setting, value: JSON.stringify(value) })));
await njepa.show(njepa.table(settings, { id: "settings", caption: "Preset paper-600: what a run of the paper's length is set to" }));`,
      ],
    },
    {
      title: "The schedules",
      text:
        "Learning rate, weight decay and EMA momentum of a 600-epoch run (1,251 steps an epoch), for both stretches. With 1.25 weight decay ends " +
        "at 0.366 and the teacher's momentum at 0.9992; the constant learning rate is the same for both.",
      code: [
        `const schedules = { learningRate: njepa.learningRate, weightDecay: njepa.weightDecay, emaMomentum: njepa.emaMomentum };
const points = [1, 1.25].flatMap((ipeScale) => Object.entries(schedules).flatMap(([name, schedule]) => Array.from({ length: 121 }, (_, at) => ({
  name, ipeScale, epoch: 5 * at, value: schedule({ step: Math.max(1, 5 * at * 1251), stepsPerEpoch: 1251 }, { ...paper.optimizer, ipeScale }) }))));
await njepa.show(njepa.figure({ data: { values: points }, mark: "line", width: 190, height: 150, encoding: {
  x: { field: "epoch", type: "quantitative" }, y: { field: "value", type: "quantitative", title: null, scale: { zero: false } },
  color: { field: "ipeScale", type: "nominal", title: "ipe_scale" }, strokeDash: { field: "ipeScale", type: "nominal", title: "ipe_scale" },
  facet: { field: "name", type: "nominal", columns: 3, title: null } }, resolve: { scale: { y: "independent" } } },
  { id: "schedules", caption: "Schedules over 600 epochs, computed for the run (1) and for 1.25 times the run, cut off" }));`,
      ],
    },
  ],
  claims: [
    { says: "the stretched schedule is better", orderings: [{ below: "ipe_scale 1", above: "ipe_scale 1.25" }] },
  ],
};
