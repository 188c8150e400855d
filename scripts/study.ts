/** Regenerate the paper's tables: run what is missing, show and export what is there.  Exit 0 all there, 1 not all, 2 bad usage. */
import { studyPresets } from "njepa";
import { command, config, json } from "njepa/command-line";
import { studies, studyFormats } from "njepa/study";
import { studyVerb, studyVerbs } from "njepa/verbs/study";

const names = Object.keys(studies);

export default command(module, {
  name: "study",
  says: "run the tables of the paper, or one of your own",
  words: "[VERB] TABLE…",
  verbs: [...studyVerbs, "all", ...names],
  about: `  run       compute what is missing, then show (the verb unless told)
  status    each training: done, running, failed, missing
  show      the tables as far as they are there
  export    the tables as --format csv, json, latex, markdown or eval-results
  verify    train --cells again and say whether they agree within --tolerance
  publish   copy the tables' results into reports/published, where everyone's pages show them
  notebook  write the tables' notebooks, as their studies have them, into notebooks/
  gc        what no result needs; --remove removes it
  TABLE     all, a study in a .json, .ts or .js file, or the start of ${names.join(", ")}`,
  options: {
    preset: {
      type: "string",
      default: "demo",
      value: "NAME",
      values: studyPresets,
      description: "the scale: how much is trained",
    },
    config: { ...config, description: "one more table: a study in a .json, .ts or .js file" },
    seeds: { type: "string", value: "N,…", description: "training seeds, such as 0,1,2; default: the preset's" },
    store: {
      type: "string",
      value: "FOLDER",
      description: "folder of the results; default: NJEPA_STORE, or in the user's cache",
    },
    executor: {
      type: "string",
      default: "local",
      value: "NAME",
      values: ["local", "slurm"],
      description: "local: child processes; slurm: a job array",
    },
    jobs: { type: "string", value: "N", description: "trainings at a time; default: one per GPU, else one per core" },
    threads: {
      type: "string",
      value: "N",
      description: "threads of each training, part of what its results are; default: one",
    },
    "label-lists": {
      type: "string",
      value: "SHARE=FILE,…",
      description: "files that name a share's images, such as 0.01=1percent.txt (SimCLR's of ImageNet)",
    },
    "dry-run": { type: "boolean", description: "say what would be run; with slurm, print the scripts" },
    partition: { type: "string", description: "slurm: where the cells run" },
    account: { type: "string", description: "slurm: who pays" },
    gres: { type: "string", description: "slurm: generic resources of each cell, such as gpu:1" },
    time: {
      type: "string",
      value: "H:MM:SS",
      description: "slurm: time limit of each cell; it saves and is requeued before",
    },
    sbatch: {
      type: "string",
      value: "KEY=VALUE",
      multiple: true,
      description: "slurm: KEY=VALUE or KEY for sbatch; may be repeated",
    },
    "report-after": {
      type: "string",
      default: "ok",
      values: ["ok", "any"],
      value: "WHEN",
      description: "slurm: ok, all cells succeeded; any, all ended",
    },
    node: { type: "string", description: "slurm: the Node program on the cluster's machines; default: this one" },
    format: { type: "string", default: "markdown", value: "NAME", values: studyFormats, description: "of export" },
    cells: { type: "string", value: "N", default: "1", description: "verify: how many cells, drawn by --draw" },
    draw: { type: "string", value: "N", default: "0", description: "verify: another number draws other cells" },
    row: { type: "string", value: "NAME", description: "verify: only cells of this row" },
    column: { type: "string", value: "NAME", description: "verify: only cells of this column" },
    tolerance: {
      type: "string",
      value: "POINTS",
      default: "0.5",
      description: "verify: points by which two trainings may differ",
    },
    remove: { type: "boolean", description: "gc: remove it" },
    "all-checkpoints": {
      type: "boolean",
      description: "gc: also the checkpoints of each training that evaluations need",
    },
    "other-versions": { type: "boolean", description: "gc: also results of other versions of njepa" },
    json,
  },
  run: studyVerb,
});
