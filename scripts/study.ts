/** Regenerate the paper's tables: run what is missing, show and export what is there.  Exit 0 all there, 1 not all, 2 bad usage. */
import { type PresetName, presets, stopSignal } from "njepa";
import { CliError } from "njepa/errors";
import {
  conclude,
  type ExportFormat,
  exportFormats,
  exportStudy,
  leftovers,
  openStore,
  openStudy,
  removeLeftovers,
  type Study,
  studies,
  studyResults,
  studyTable,
} from "njepa/study";
import { formatBytes } from "njepa/system";
import { command, count, print } from "./command";
import { runHere } from "./study-local";
import { runOnSlurm } from "./study-slurm";
import { statusText } from "./study-status";

const names = Object.keys(studies);

command({
  synopsis: "study -- [VERB] TABLE…",
  about: `  run      compute what is missing, then show (the verb unless told)
  status   each training: done, running, failed, missing
  show     the tables as far as they are there
  export   the tables as --format csv, json, latex or markdown
  gc       what no result needs; --remove removes it
  TABLE    all, the path of a .json study, or the start of ${names.join(", ")}`,
  options: {
    preset: { type: "string", default: "demo", description: Object.keys(presets).join(", ") },
    seeds: { type: "string", description: "training seeds, such as 0,1,2; default: the preset's" },
    store: { type: "string", description: "folder of the results; default: NJEPA_STORE, or in the user's cache" },
    executor: { type: "string", default: "local", description: "local: child processes; slurm: a job array" },
    jobs: { type: "string", description: "trainings at a time" },
    threads: { type: "string", description: "threads of each training; default: the cores divided among them" },
    "dry-run": { type: "boolean", description: "say what would be run; with slurm, print the scripts" },
    partition: { type: "string", description: "slurm: where the cells run" },
    account: { type: "string", description: "slurm: who pays" },
    gres: { type: "string", description: "slurm: generic resources of each cell, such as gpu:1" },
    time: {
      type: "string",
      description: "slurm: time limit of each cell; it saves and goes back into the queue before",
    },
    sbatch: {
      type: "string",
      multiple: true,
      description: "slurm: KEY=VALUE or KEY, any other option of sbatch; may be repeated",
    },
    "report-after": {
      type: "string",
      default: "ok",
      description: "slurm: ok, when all cells succeeded; any, when all ended",
    },
    node: { type: "string", description: "slurm: the Node program on the cluster's machines; default: this one" },
    format: { type: "string", default: "markdown", description: `of export: ${exportFormats.join(", ")}` },
    remove: { type: "boolean", description: "gc: remove it" },
    "all-checkpoints": { type: "boolean", description: "gc: also the last checkpoint of each training" },
    "other-versions": { type: "boolean", description: "gc: also results of other versions of njepa" },
    json: { type: "boolean", description: "status, gc: print one JSON object" },
  },
  async run(values, words) {
    const verbs = ["run", "status", "show", "export", "gc"];
    const [verb, ...tables] = verbs.includes(words[0] ?? "") ? words : ["run", ...words];
    const store = values.store === undefined ? {} : { store: values.store };
    if (verb === "gc") return gc(values);
    if (tables.length === 0) throw new CliError(`which table? all, ${names.join(", ")}`);
    const opened = tables.flatMap((table) => (table === "all" ? names : [table])).map((table) => open(table, values));
    if (verb === "run") {
      if (values.executor === "slurm") return runOnSlurm(opened, values);
      if (values.executor !== "local") throw new CliError(`--executor expects local or slurm, got ${values.executor}`);
      const stop = stopSignal();
      const workers = values.jobs === undefined ? {} : { workers: count(values.jobs, "jobs") };
      const threads = values.threads === undefined ? {} : { threads: count(values.threads, "threads") };
      const dryRun = values["dry-run"] ?? false;
      await runHere(opened, { ...store, ...workers, ...threads, dryRun, signal: stop.signal });
      stop.release();
      if (dryRun) return 0;
    }
    const results = await Promise.all(opened.map((study) => studyResults(study, store)));
    for (const problem of new Set(results.flatMap(({ problems }) => problems))) process.stderr.write(`${problem}\n`);
    if (verb === "status")
      print(
        values.json
          ? JSON.stringify(
              results.map((one) => one.jobs),
              null,
              2,
            )
          : statusText(results),
      );
    else
      for (const one of results) {
        if (verb === "export") print(exportStudy(one, format(values.format)).trimEnd());
        else print(`${studyTable(one).toText()}\n${conclude(one).sentence}\n`);
      }
    return results.every(({ cells }) => cells.every(({ missing }) => missing.length === 0)) ? 0 : 1;
  },
});

function open(table: string, values: { preset: string; seeds?: string | undefined }): Study {
  const seeds = values.seeds?.split(",").map((text) => {
    const seed = Number(text);
    if (text.trim() === "" || !Number.isInteger(seed))
      throw new CliError(`--seeds expects numbers such as 0,1,2, got ${values.seeds}`);
    return seed;
  });
  return openStudy(table, { preset: values.preset as PresetName, ...(seeds ? { seeds } : {}) });
}

function format(name: string): ExportFormat {
  const found = exportFormats.find((known) => known === name);
  if (found) return found;
  throw new CliError(`--format expects ${exportFormats.join(", ")}, got ${name}`);
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
