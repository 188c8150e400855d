import { readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { StudyError } from "../../errors";
import { cacheFolder, namesIfThere, writeDurably } from "../../system";
import { evaluationKey, libraryVersion, type StudyEvaluation } from "../job";
import { publishedFolder } from "./published";
import { encodeResult, type Result, readResult, resultName } from "./result";

/** Why a job has no result. */
export interface Failure {
  message: string;
  host: string;
  when: string;
}

/** What a store holds for one key, by evaluation. */
export interface StoredResults {
  found: ReadonlyMap<string, Result>;
  /** Evaluations with results that disagree: not used, and not recomputed until a person has looked. */
  disputed: ReadonlySet<string>;
  problems: readonly string[];
}

/**
 * A folder of trainings and results: `<library version>/<key>/` holds `training/` (records, checkpoints), `results/`
 * (one immutable file each), `failure.json` after a failure, and a lock while a process works on it.
 *
 * Published results (`publishedFolder`) are read as if they were here, and never written.
 *
 * Every file appears by rename, whole or not at all, so that stores can be merged with any copying tool.
 */
export interface RunStore {
  readonly folder: string;
  /** Whether results published with the library are read as if they were here. */
  readonly published: boolean;
  jobFolder(key: string): string;
  trainingFolder(key: string): string;
  lockFile(key: string): string;
  /**
   * The results of a key by evaluation, and problems with others: damaged files, files of another key or library
   * version, and results that disagree. Where results disagree, all are left out and named in `disputed`.
   */
  results(key: string): Promise<StoredResults>;
  /** Writes a result; returns whether it agrees with one already there. */
  write(result: Result): Promise<"new" | "same" | "disagrees">;
  failure(key: string): Promise<Failure | null>;
  writeFailure(key: string, failure: Failure | null): Promise<void>;
  /** Versions of the library, other than this one, that have results here. */
  otherVersions(): Promise<string[]>;
}

/** Default folder of results: `NJEPA_STORE`, else `studies` in the user's cache. */
export function defaultStore(): string {
  return process.env.NJEPA_STORE ?? cacheFolder("studies");
}

/**
 * The store in a folder, which is created on the first write.
 *
 * @param options.published  false: only what was computed into this folder, as a recomputation needs it
 */
export function openStore(folder: string = defaultStore(), { published = true } = {}): RunStore {
  const root = resolve(folder);
  const jobFolder = (key: string) => {
    if (!/^[0-9a-f]{64}$/.test(key)) throw new StudyError(`${key} is no key of a run store: expected 64 hex digits.`);
    return join(root, libraryVersion, key);
  };
  const failureFile = (key: string) => join(jobFolder(key), "failure.json");
  return {
    folder: root,
    published,
    jobFolder,
    trainingFolder: (key) => join(jobFolder(key), "training"),
    lockFile: (key) => join(jobFolder(key), "lock"),
    results: (key) =>
      readResults(
        [root, ...(published ? [publishedFolder()] : [])].map((one) => join(one, libraryVersion, key, "results")),
        key,
      ),
    async write(result) {
      const folder = join(jobFolder(result.key), "results");
      const name = resultName(result);
      const others = (await names(folder)).filter((file) =>
        file.startsWith(`${evaluationKey(result.evaluation, result.evaluationVersion)}-`),
      );
      if (others.includes(name) && (await isWhole(join(folder, name)))) return "same";
      await writeDurably(join(folder, name), encodeResult(result));
      return others.some((other) => other !== name) ? "disagrees" : "new";
    },
    async failure(key) {
      try {
        return JSON.parse(await readFile(failureFile(key), "utf8")) as Failure;
      } catch {
        return null;
      }
    },
    async writeFailure(key, failure) {
      if (failure === null) await rm(failureFile(key), { force: true });
      else await writeDurably(failureFile(key), `${JSON.stringify(failure, null, 1)}\n`);
    },
    otherVersions: async () =>
      (await names(root)).filter((name) => name !== libraryVersion && /^\d+\.\d+\.\d+/.test(name)),
  };
}

/** The evaluations of a job that are still to be computed. */
export function missingEvaluations(wanted: readonly StudyEvaluation[], { found, disputed }: StoredResults) {
  return wanted.filter((evaluation) => {
    const id = evaluationKey(evaluation);
    return !found.has(id) && !disputed.has(id);
  });
}

/** Results merged over folders: equal ones are one; a local result may disagree with a published one as with any. */
async function readResults(folders: readonly string[], key: string): Promise<StoredResults> {
  const all = new Map<string, Result[]>();
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const folder of folders)
    for (const name of await names(folder)) {
      if (!name.endsWith(".json") || seen.has(name)) continue;
      try {
        const result = await readOwn(join(folder, name), name, key);
        const id = evaluationKey(result.evaluation, result.evaluationVersion);
        all.set(id, [...(all.get(id) ?? []), result]);
        // Only of a sound one is the next folder's a copy.
        seen.add(name);
      } catch (error) {
        if (!(error instanceof StudyError)) throw error;
        problems.push(error.message);
      }
    }
  const found = new Map<string, Result>();
  const disputed = new Set<string>();
  for (const [id, results] of all) {
    const [only, ...others] = results;
    if (only && others.length === 0) found.set(id, only);
    else {
      disputed.add(id);
      problems.push(disagreement(folders[0] as string, id, results));
    }
  }
  return { found, disputed, problems };
}

/** The result in a file. @throws {StudyError} when it is damaged, or one of another name, key or library version */
async function readOwn(path: string, name: string, key: string): Promise<Result> {
  const result = await readResult(path);
  if (result.key === key && result.library === libraryVersion && resultName(result) === name) return result;
  throw new StudyError(
    `${path} belongs elsewhere (library ${result.library}, key ${result.key.slice(0, 12)}…): expected library ` +
      `${libraryVersion}, key ${key.slice(0, 12)}…; it is left out.`,
  );
}

function disagreement(folder: string, id: string, results: readonly Result[]): string {
  const told = results.map(({ numbers, made }) => {
    const mean = numbers.accuracies.reduce((sum, value) => sum + value, 0) / numbers.accuracies.length;
    return `${(100 * mean).toFixed(2)} % (${made.host}, ${made.finished}, TensorFlow ${made.tensorflow})`;
  });
  return (
    `${join(folder, id)}-*.json disagree for one key: ${told.join(" and ")}; none of them is used. Find out which machine ` +
    "is wrong and delete its file, or delete both to compute again."
  );
}

async function isWhole(path: string): Promise<boolean> {
  return readResult(path).then(
    () => true,
    () => false,
  );
}

async function names(folder: string): Promise<string[]> {
  return (await namesIfThere(folder)).sort();
}
