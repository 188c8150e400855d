/** Regenerate the paper's tables: run what is missing, show and export what is there.  Exit 0 all there, 1 not all, 2 bad usage. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { type StudyInput, type StudyPresetName, stopSignal, studyPresets } from "njepa";
import { command, config, count, json, print, readConfigFile } from "njepa/command-line";
import { CliError } from "njepa/errors";
import { tableFormats } from "njepa/report";
import {
  conclude,
  decidableText,
  exportStudy,
  findWork,
  leftovers,
  openStore,
  openStudy,
  publishStudy,
  removeLeftovers,
  runStudies,
  type Study,
  statusText,
  studies,
  studyNotebook,
  studyResults,
  studyTables,
  verifyStudy,
} from "njepa/study";
import { formatBytes, TerminalProgress } from "njepa/system";
import { runOnSlurm } from "./study-slurm";

const names = Object.keys(studies);
const verbs = ["run", "status", "show", "export", "verify", "publish", "notebook", "gc"];

export default command(module, {
  name: "study",
  says: "run the tables of the paper, or one of your own",
  words: "[VERB] TABLE…",
  verbs: [...verbs, "all", ...names],
  about: `  run       compute what is missing, then show (the verb unless told)
  status    each training: done, running, failed, missing
  show      the tables as far as they are there
  export    the tables as --format csv, json, latex or markdown
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
    format: { type: "string", default: "markdown", value: "NAME", values: tableFormats, description: "of export" },
    cells: { type: "string", value: "N", default: "1", description: "verify: how many cells, drawn by --draw" },
    draw: { type: "string", value: "N", default: "0", description: "verify: another number draws other cells" },
    tolerance: {
      type: "string",
      value: "POINTS",
      default: "0.5",
      description: "verify: points by which two trainings may differ",
    },
    remove: { type: "boolean", description: "gc: remove it" },
    "all-checkpoints": { type: "boolean", description: "gc: also the last checkpoint of each training" },
    "other-versions": { type: "boolean", description: "gc: also results of other versions of njepa" },
    json,
  },
  async run(values, words) {
    const [verb, ...tables] = verbs.includes(words[0] ?? "") ? words : ["run", ...words];
    const store = values.store === undefined ? {} : { store: values.store };
    if (verb === "gc") return gc(values);
    if (values.config !== undefined) tables.push(values.config);
    if (tables.length === 0) throw new CliError(`which table? all, ${names.join(", ")}`);
    const threads = values.threads === undefined ? {} : { threads: count(values.threads, "threads") };
    const seeds = values.seeds === undefined ? {} : { seeds: seedsOf(values.seeds) };
    const wanted = tables.flatMap((table) => (table === "all" ? names : [table]));
    const opened = (await Promise.all(wanted.map(tableOf))).map((table) =>
      openStudy(table, { preset: values.preset as StudyPresetName, ...seeds, ...threads }),
    );
    if (verb === "notebook") return writeNotebooks(opened.map(({ config }) => config.name));
    if (verb === "run" || verb === "status")
      for (const study of opened) process.stderr.write(`${decidableText(study)}\n`);
    if (verb === "publish") {
      let results = 0;
      for (const study of opened) results += await publishStudy(study, store);
      const tables = opened.length;
      return print(
        values.json
          ? JSON.stringify({ tables, results }, null, 2)
          : `${results} results of ${tables} tables are published`,
      );
    }
    if (verb === "verify") return verify(opened, values);
    if (verb === "run") {
      if (values.executor === "slurm") return runOnSlurm(opened, values);
      if (values.executor !== "local") throw new CliError(`--executor expects local or slurm, got ${values.executor}`);
      if (values["dry-run"]) {
        const { jobs, missing } = await findWork(opened, store);
        const [all, lacking] = [jobs.length, missing.length];
        if (values.json) return print(JSON.stringify({ trainings: all, missing: lacking }, null, 2));
        return print(`${lacking} of ${all} trainings would run; status names them`);
      }
      const stop = stopSignal();
      const progress = new TerminalProgress(process.stderr);
      const workers = values.jobs === undefined ? {} : { workers: count(values.jobs, "jobs") };
      const onProgress = (line: string, ended: boolean) => (ended ? progress.note(line) : progress.update(line));
      await runStudies(opened, { ...store, ...workers, signal: stop.signal, onProgress });
      stop.release();
    }
    const results = await Promise.all(opened.map((study) => studyResults(study, store)));
    for (const problem of new Set(results.flatMap(({ problems }) => problems))) process.stderr.write(`${problem}\n`);
    if (verb === "status") {
      const jobs = results.map((one) => one.jobs);
      print(values.json ? JSON.stringify(jobs, null, 2) : statusText(results));
    } else if (verb === "export") {
      const format = tableFormats.find((known) => known === values.format);
      if (!format) throw new CliError(`--format expects ${tableFormats.join(", ")}, got ${values.format}`);
      for (const one of results) print(exportStudy(one, format).trimEnd());
    } else if (values.json) {
      const told = results.map((one) => ({ ...JSON.parse(exportStudy(one, "json")), conclusion: conclude(one) }));
      print(JSON.stringify(told, null, 2));
    } else for (const one of results) print(`${studyTables.results(one).toText()}\n${conclude(one).sentence}\n`);
    return results.every(({ cells }) => cells.every(({ missing }) => missing.length === 0)) ? 0 : 1;
  },
});

/** A table by its name, or the study that a program exports; a JSON file is opened by its name, too. */
async function tableOf(name: string): Promise<string | StudyInput> {
  return /\.[mc]?[tj]s$/.test(name) ? ((await readConfigFile(name)) as unknown as StudyInput) : name;
}

function seedsOf(words: string): number[] {
  return words.split(",").map((text) => {
    const seed = Number(text);
    if (text.trim() !== "" && Number.isInteger(seed)) return seed;
    throw new CliError(`--seeds expects numbers such as 0,1,2, got ${words}`);
  });
}

async function verify(
  opened: readonly Study[],
  values: { store?: string | undefined; cells: string; draw: string; tolerance: string; json?: boolean | undefined },
): Promise<number> {
  const options = {
    ...(values.store === undefined ? {} : { store: values.store }),
    cells: count(values.cells, "cells"),
    seed: Number(values.draw),
    tolerance: Number(values.tolerance),
  };
  let wrong = 0;
  const cells: object[] = [];
  for (const study of opened)
    for (const cell of await verifyStudy(study, options)) {
      const { row, column, seed, stored, again, agrees, made } = cell;
      if (!agrees) wrong++;
      cells.push({ study: study.config.name, ...cell });
      if (values.json) continue;
      const now = again === null ? "failed" : `${again.toFixed(2)} %`;
      const from = `${made.commit?.slice(0, 12) ?? "no commit"}, ${made.device}, TensorFlow ${made.tensorflow}`;
      print(
        `${agrees ? "agrees" : "DIFFERS"}  ${study.config.name}: ${row} × ${column}, seed ${seed}: stored ${stored.toFixed(2)} % (${from}), now ${now}`,
      );
    }
  if (values.json) print(JSON.stringify(cells, null, 2));
  return wrong === 0 ? 0 : 1;
}

function writeNotebooks(tables: readonly string[]): number {
  const folder = path.resolve(__dirname, "../../notebooks");
  for (const name of tables)
    writeFileSync(path.join(folder, `${name}.ipynb`), `${JSON.stringify(studyNotebook(name), null, 1)}\n`);
  return print(`${tables.length} notebooks written in ${folder}`);
}

async function gc(values: {
  store?: string | undefined;
  remove?: boolean | undefined;
  json?: boolean | undefined;
  "all-checkpoints"?: boolean | undefined;
  "other-versions"?: boolean | undefined;
}): Promise<number> {
  const store = openStore(values.store);
  const checkpoints = values["all-checkpoints"] ?? false;
  const found = await leftovers(store, { checkpoints, otherVersions: values["other-versions"] ?? false });
  if (values.remove) await removeLeftovers(found);
  if (values.json)
    return print(JSON.stringify({ store: store.folder, removed: values.remove ?? false, found }, null, 2));
  const bytes = formatBytes(found.reduce((sum, one) => sum + one.bytes, 0));
  const lines = found.map(({ path, why }) => `${path}  ${why}`);
  return print(
    [...lines, `${store.folder}: ${bytes} ${values.remove ? "removed" : "could be removed with --remove"}`].join("\n"),
  );
}
