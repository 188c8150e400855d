import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { canonicalJson, type EvaluateConfig, type Run, runKey, type StudyRow } from "../config";
import { evaluationVersion } from "../evaluate";

/** The library whose numbers these are; results of another one are kept apart. */
export const libraryVersion: string = createRequire(__filename)("njepa/package.json").version;

/** How an encoder is evaluated, and after which share of its training; left out: at its end. */
export interface StudyEvaluation extends EvaluateConfig {
  at?: number;
}

/** One training, and all that is asked of its encoder: what an executor hands to a worker. */
export interface Job {
  /** A hash of the settings alone, so that it can be told before the data are there. */
  id: string;
  run: Run;
  source: StudyRow["source"];
  evaluations: StudyEvaluation[];
  /** Threads that TensorFlow was asked to use; left out where nothing was asked. */
  threads?: number;
}

/** The job that trains this run, with no evaluation asked yet. */
export function jobOf(run: Run, source: StudyRow["source"], threads?: number): Job {
  const what = { run, source, ...(threads === undefined ? {} : { threads }) };
  return { id: jobKey(what, "").slice(0, 16), ...what, evaluations: [] };
}

/**
 * Name of a job's results: 64 hex digits over settings, data, library version and the threads that were asked for.
 *
 * Threads divide sums, and so change a number's last digits: 3 of 24 trainings with two threads ended .03 points beside
 * the same with one. One thread is what a job has unless told, and is not written, so that its results are found anywhere.
 */
export function jobKey({ run, source, threads = 1 }: Pick<Job, "run" | "source" | "threads">, dataFingerprint: string) {
  const asked = threads === 1 ? {} : { threads };
  return hash({ library: libraryVersion, source, ...asked, numbers: whatCounts(run, source, dataFingerprint) });
}

/** Name of one evaluation, of its settings and of the arithmetic that it was done with: 16 hex digits. */
export function evaluationKey(evaluation: StudyEvaluation, version = evaluationVersion): string {
  return hash({ evaluationVersion: version, evaluation }).slice(0, 16);
}

/** Raw pixels know no model and no seed, an untrained encoder no optimizer: all rows share them. */
function whatCounts(run: Run, source: StudyRow["source"], dataFingerprint: string): unknown {
  if (source === "trained") return runKey(run, dataFingerprint);
  const { data, model, seed } = run;
  return source === "untrained" ? { dataFingerprint, data, model, seed } : { dataFingerprint, data };
}

export function hash(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}
