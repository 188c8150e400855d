import { resolve } from "node:path";
import { count, print, readConfigFile } from "../command-line";
import type { StudyInput, StudyPresetName } from "../config";
import { CliError } from "../errors";
import { printable } from "../printable";
import {
  conclude,
  decidableText,
  exportStudy,
  openStudy,
  type RunStudyOptions,
  runStudies,
  type Study,
  type StudyOptions,
  statusText,
  studies,
  studyFormats,
  studyResults,
  studyTables,
} from "../study";
import { stopSignal, TerminalProgress } from "../system";
import { runOnSlurm, type SlurmValues } from "./study-slurm";
import { clean, dryRun, publish, type StoreValues, storeOf, verify, writeNotebooks } from "./study-store";

/** Option values of `njepa study`. */
export interface StudyValues extends SlurmValues, StoreValues {
  preset: string;
  config?: string | undefined;
  seeds?: string | undefined;
  executor: string;
  threads?: string | undefined;
  "label-lists"?: string | undefined;
  format: string;
}

export const studyVerbs = ["run", "status", "show", "export", "verify", "publish", "notebook", "gc"];
const names = Object.keys(studies);

/** Runs what tables still lack, shows or exports what there is, and manages their store. @returns the exit code */
export async function studyVerb(values: StudyValues, words: readonly string[]): Promise<number> {
  const [verb, ...tables] = studyVerbs.includes(words[0] ?? "") ? words : ["run", ...words];
  const store = storeOf(values);
  if (values.config !== undefined) tables.push(values.config);
  if (verb === "gc") {
    if (tables.length > 0) throw new CliError(`gc is of the whole store and takes no table, got ${tables.join(", ")}`);
    return clean(values);
  }
  const workers = values.jobs === undefined ? {} : { workers: count(values.jobs, "jobs") };
  if (tables.length === 0) throw new CliError(`which table? all, ${names.join(", ")}`);
  const threads = values.threads === undefined ? {} : { threads: count(values.threads, "threads") };
  const seeds = values.seeds === undefined ? {} : { seeds: seedsOf(values.seeds) };
  const wanted = tables.flatMap((table) => (table === "all" ? names : [table]));
  const opened = (await Promise.all(wanted.map(tableOf))).map((table) =>
    openStudy(table, {
      preset: values.preset as StudyPresetName,
      ...seeds,
      ...threads,
      ...listsOf(values["label-lists"]),
    }),
  );
  checkLists(opened);
  if (verb === "notebook") return writeNotebooks(opened.map(({ config }) => config.name));
  if (verb === "run" || verb === "status")
    for (const study of opened) process.stderr.write(`${decidableText(study)}\n`);
  if (verb === "publish") return publish(opened, values);
  if (verb === "verify") return verify(opened, values);
  let stopped: number | null = null;
  if (verb === "run") {
    if (values.executor === "slurm") return runOnSlurm(opened, values);
    if (values.executor !== "local") throw new CliError(`--executor expects local or slurm, got ${values.executor}`);
    if (values["dry-run"]) return dryRun(opened, values);
    stopped = await runHere(opened, { ...store, ...workers });
  }
  const results = await Promise.all(opened.map((study) => studyResults(study, store)));
  for (const problem of new Set(results.flatMap(({ problems }) => problems)))
    process.stderr.write(`${printable(problem)}\n`);
  if (verb === "status") {
    const jobs = results.map((one) => one.jobs);
    print(values.json ? JSON.stringify(jobs, null, 2) : statusText(results));
  } else if (verb === "export") {
    const format = studyFormats.find((known) => known === values.format);
    if (!format) throw new CliError(`--format expects ${studyFormats.join(", ")}, got ${values.format}`);
    for (const one of results) print(exportStudy(one, format).trimEnd());
  } else if (values.json) {
    const told = results.map((one) => ({ ...JSON.parse(exportStudy(one, "json")), conclusion: conclude(one) }));
    print(JSON.stringify(told, null, 2));
  } else for (const one of results) print(`${studyTables.results(one).toText()}\n${conclude(one).sentence}\n`);
  return results.every(({ cells }) => cells.every(({ missing }) => missing.length === 0)) ? 0 : (stopped ?? 1);
}

/** `0.01=1percent.txt,0.1=10percent.txt` as files by fraction. */
function listsOf(words: string | undefined): Pick<StudyOptions, "labelLists"> {
  if (words === undefined) return {};
  const pairs = words.split(",").map((word) => {
    const at = word.indexOf("=");
    const share = Number(word.slice(0, at));
    if (at > 0 && share > 0 && share < 1 && at + 1 < word.length) return [String(share), resolve(word.slice(at + 1))];
    throw new CliError(`--label-lists expects SHARE=FILE,… such as 0.01=1percent.txt, got ${word}`);
  });
  return { labelLists: Object.fromEntries(pairs) };
}

/** @throws {CliError} for a list of a share that no table has, which would be ignored */
function checkLists(studies: readonly Study[]): void {
  const shares = new Set(
    studies.flatMap(({ cells }) => cells.map(({ evaluation }) => String(evaluation.fractions[0]))),
  );
  const unused = Object.keys(studies[0]?.labelLists ?? {}).filter((share) => !shares.has(share));
  if (unused.length === 0) return;
  throw new CliError(
    `--label-lists: no column has a share of ${unused.join(", ")}; there are ${[...shares].join(", ")}`,
  );
}

/** Trains what is missing. @returns the exit code of a signal that stopped it; null for none */
async function runHere(studies: readonly Study[], where: RunStudyOptions): Promise<number | null> {
  const stop = stopSignal();
  const progress = new TerminalProgress(process.stderr);
  const onProgress = (line: string, ended: boolean) => (ended ? progress.note(line) : progress.update(line));
  await runStudies(studies, { ...where, signal: stop.signal, onProgress });
  stop.release();
  return stop.exitCode;
}

/** A table's name, or the study that a program exports; a JSON file is opened by its name, too. */
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
