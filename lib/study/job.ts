import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { canonicalJson, type EvaluateConfig, type Run, runKey, type StudyRow } from "../config";
import { evaluationVersion } from "../evaluate";

/** Library version that the numbers belong to; results of other versions are kept apart. */
export const libraryVersion: string = createRequire(__filename)("njepa/package.json").version;

/** How an encoder is evaluated, and after which share of its training; default: at its end. */
export interface StudyEvaluation extends EvaluateConfig {
  at?: number;
  /** SHA-256 of each of `labelLists`, which stands for it in the evaluation's key. */
  listHashes?: readonly string[];
}

/** One training and all evaluations of its encoder: the unit of work that an executor gives a worker. */
export interface Job {
  /** A hash of the settings alone, so that it is known before the data are available. */
  id: string;
  run: Run;
  source: StudyRow["source"];
  evaluations: StudyEvaluation[];
  /** Number of threads requested of TensorFlow; left out where none was. */
  threads?: number;
}

/** The job that trains this run, with no evaluations yet. */
export function jobOf(run: Run, source: StudyRow["source"], threads?: number): Job {
  const what = { run, source, ...(threads === undefined ? {} : { threads }) };
  return { id: jobKey(what, "").slice(0, 16), ...what, evaluations: [] };
}

/**
 * Key of a job's results: 64 hex digits over settings, data, library version and the threads requested.
 *
 * Threads split sums and so change a number's last digits: 3 of 24 trainings with two threads ended .03 points away
 * from the same with one. One thread is the default and is not part of the key, so that its results are found anywhere.
 */
export function jobKey({ run, source, threads = 1 }: Pick<Job, "run" | "source" | "threads">, dataFingerprint: string) {
  const asked = threads === 1 ? {} : { threads };
  return hash({ library: libraryVersion, source, ...asked, numbers: whatCounts(run, source, dataFingerprint) });
}

/** Key of one evaluation: 16 hex digits over its settings and the version of the arithmetic. */
export function evaluationKey(evaluation: StudyEvaluation, version = evaluationVersion(evaluation.protocol)): string {
  const { labelLists: _, ...hashed } = evaluation;
  const counts = evaluation.listHashes === undefined ? evaluation : hashed;
  return hash({ evaluationVersion: version, evaluation: counts }).slice(0, 16);
}

/**
 * What changes a job's numbers: raw pixels have no model or seed, an untrained encoder no optimizer, so rows share
 * them.
 */
function whatCounts(run: Run, source: StudyRow["source"], dataFingerprint: string): unknown {
  if (source === "trained") return runKey(run, dataFingerprint);
  const { model, seed } = run;
  // As in a training's key: where images lie is not which they are.
  const { path: _, ...data } = run.data;
  return source === "untrained" ? { dataFingerprint, data, model, seed } : { dataFingerprint, data };
}

export function hash(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}
