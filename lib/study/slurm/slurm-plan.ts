import { join } from "node:path";
import { canonicalJson } from "../../config";
import { ConfigError } from "../../errors";
import { compiledFile, shellQuoted } from "../../system";
import { hash, type Job } from "../job";
import type { RunStore } from "../store/store";
import { besideOptions, type Study } from "../study";

/** Resources requested from Slurm. Anything not listed here can be given in `sbatch`. */
export interface SlurmOptions {
  partition?: string;
  account?: string;
  /** Generic resources (GRES) of each cell, such as `gpu:1`. */
  gres?: string;
  /** Time limit of each cell, in Slurm's format. */
  time?: string;
  /** Concurrent cells; default: as many as Slurm grants. */
  jobs?: number;
  /** Seconds before the time limit at which a cell is signalled to save and requeue. Default 120. */
  saveSeconds?: number;
  /** Other options of `sbatch`, by long name; true: an option without a value. */
  sbatch?: Readonly<Record<string, string | number | true>>;
  /** Whether the report waits for all cells to succeed (`afterok`), or only to end (`afterany`). Default `afterok`. */
  reportAfter?: "ok" | "any";
  /** Program and arguments that the report job runs after the exports. */
  report?: readonly string[];
  /** Path of Node on the cluster's machines; default: this process's. */
  node?: string;
  checkpointEvery?: number;
}

/** Manifest read by the array's tasks: the array index is the position in `jobs`. */
export interface SlurmManifest {
  studies: readonly (Pick<Study, "preset" | "seeds" | "threads" | "labelLists"> & { input: Study["config"] })[];
  store: string;
  jobs: readonly Job[];
  checkpointEvery?: number;
}

/** Everything that a submission will write and print. */
export interface SlurmPlan {
  folder: string;
  manifest: SlurmManifest;
  /** Texts of the two scripts. */
  cells: string;
  report: string;
  /** How the report waits for the array: `afterok` or `afterany`. */
  dependency: "afterok" | "afterany";
}

/**
 * Scripts that run these jobs as one array, one task per job, and the report afterwards.
 *
 * They need no Python, no shell but `bash`, and not this process: only Node, this package and the store's folder, at
 * the same paths on every machine.
 *
 * @throws {ConfigError} when an option holds a line break or is no option of sbatch
 */
export function planSlurm(
  studies: readonly Study[],
  jobs: readonly Job[],
  store: Pick<RunStore, "folder">,
  options: SlurmOptions = {},
): SlurmPlan {
  const manifest: SlurmManifest = {
    studies: studies.map((study) => ({ input: study.config, seeds: study.seeds, ...besideOptions(study) })),
    store: store.folder,
    jobs,
    ...(options.checkpointEvery ? { checkpointEvery: options.checkpointEvery } : {}),
  };
  const name = studies.length === 1 ? (studies[0] as Study).config.name : "tables";
  const id = `${name}-${studies[0]?.preset}-${hash(JSON.parse(canonicalJson(manifest))).slice(0, 8)}`;
  const folder = join(store.folder, "slurm", id);
  const node = options.node ?? process.execPath;
  const task = (file: string) => [node, compiledFile("study", "slurm", file), join(folder, "manifest.json")];
  const environment = {
    NJEPA_STORE: store.folder,
    TF_CPP_MIN_LOG_LEVEL: "2",
  };
  const limit = options.jobs ? `%${options.jobs}` : "";
  const shared = { partition: options.partition, account: options.account };
  const cells = script(
    {
      "job-name": `njepa-${name}`,
      array: `0-${jobs.length - 1}${limit}`,
      output: join(folder, "logs", "%A_%a.log"),
      "open-mode": "append",
      requeue: true,
      signal: `B:USR1@${options.saveSeconds ?? 120}`,
      ...shared,
      gres: options.gres,
      time: options.time,
      "cpus-per-task": threadsOf(jobs),
      ...options.sbatch,
    },
    environment,
    [task("slurm-task.js")],
  );
  const report = script(
    { "job-name": `njepa-${name}-report`, output: join(folder, "logs", "report-%j.log"), ...shared },
    environment,
    [task("slurm-report.js"), ...(options.report?.length ? [[...options.report]] : [])],
  );
  return { folder, manifest, cells, report, dependency: options.reportAfter === "any" ? "afterany" : "afterok" };
}

/** The most threads requested by any job; undefined where none requested any. */
function threadsOf(jobs: readonly Job[]): number | undefined {
  const asked = jobs.flatMap(({ threads }) => threads ?? []);
  return asked.length > 0 ? Math.max(...asked) : undefined;
}

function script(
  options: Readonly<Record<string, string | number | true | undefined>>,
  environment: Readonly<Record<string, string>>,
  commands: readonly (readonly string[])[],
): string {
  const asked = Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (!/^[a-z][a-z0-9-]*$/.test(name)) throw new ConfigError(`sbatch: expected an option's long name, got ${name}`);
    if (/[\r\n]/.test(String(value)))
      throw new ConfigError(`sbatch --${name}: expected one line, got ${JSON.stringify(value)}`);
    return [value === true ? `#SBATCH --${name}` : `#SBATCH --${name}=${directive(String(value))}`];
  });
  const exports = Object.entries(environment).map(([name, value]) => `export ${name}=${shellQuoted(value)}`);
  const lines = commands.map((words) => words.map(shellQuoted).join(" "));
  // The last command takes the shell's place, so that Slurm's signals reach it.
  const last = lines.pop() as string;
  return ["#!/bin/bash", ...asked, "set -e", ...exports, ...lines, `exec ${last}`, ""].join("\n");
}

/** A value of an #SBATCH line, which Slurm splits at spaces unless it is quoted. */
function directive(value: string): string {
  return /[\s"'#]/.test(value) ? `"${value.replace(/["\\]/g, "\\$&")}"` : value;
}
