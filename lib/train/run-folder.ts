import { lstat, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Run, runKey } from "../config";
import { CheckpointError, ConfigError } from "../errors";
import { isPlainObject } from "../plain-object";
import { makeFolder, namesIfThere, readTextIfThere, writeDurably } from "../system";
import { markedStep } from "./checkpoint-retention";

/** The contents of a run's folder; the names are part of the public interface. */
export const FILES = {
  /** The parsed run, its key and the data's fingerprint. */
  run: "run.json",
  /** One line per step taken; nothing in it depends on when or where it ran. */
  records: "records.jsonl",
  /** One line per start and end of a process that worked here: when, where, how fast, how many images were left out. */
  sessions: "sessions.jsonl",
  /** One folder per saved step. */
  checkpoints: "checkpoints",
  /** The compiled programs that took the steps, where a PJRT device runs them: others might differ in the last bits. */
  programs: "programs",
  /** Written last: the run is complete. */
  finished: "finished.json",
  lock: ".lock",
} as const;

/** `run.json`. */
export interface RunFile {
  key: string;
  dataFingerprint: string;
  run: Run;
}

/** `finished.json`. */
export interface FinishedFile {
  key: string;
  step: number;
  /** The last checkpoint, beside this file. */
  checkpoint: string;
}

/**
 * Writes `run.json`, or checks that the existing one belongs to the same run.
 *
 * @throws {ConfigError} naming the settings that differ, when the folder belongs to another run
 * @throws {CheckpointError} when a file that steps are appended to is a link
 */
export async function claimFolder(folder: string, dataFingerprint: string, run: Run): Promise<RunFile> {
  for (const name of [FILES.records, FILES.sessions]) await refuseLink(join(folder, name));
  const file: RunFile = { key: runKey(run, dataFingerprint), dataFingerprint, run };
  const path = join(folder, FILES.run);
  const found = await readJson<RunFile>(path);
  if (!found) {
    await writeDurably(path, `${JSON.stringify(file, null, 2)}\n`);
    return file;
  }
  if (found.key === file.key) return file;
  const settings = found.dataFingerprint === dataFingerprint ? [] : ["the data's content"];
  settings.push(...differences(found.run, run));
  const what = settings.length > 0 ? settings.join("; ") : "the library's arithmetic";
  throw new ConfigError(
    `${folder} belongs to another run, which differs in: ${what}. Give this run a folder of its own.`,
  );
}

function isLink(path: string): Promise<boolean> {
  return lstat(path).then(
    (status) => status.isSymbolicLink(),
    () => false,
  );
}

/** In a folder of somebody else's, a file that we write in place may be a link to any file of ours. */
async function refuseLink(path: string): Promise<void> {
  if (await isLink(path))
    throw new CheckpointError(`${path} is a link, and a training only writes to files of its own folder. Remove it.`);
}

/** What an interrupted write or removal of a checkpoint leaves. Nothing else is removed, wherever the folder leads. */
const CUT_OFF = /^\.[1-9]\d*\.(\d+\.new(\.old)?|gone)$/;

/** Steps of the checkpoints in the folder, newest first; leftovers of an interrupted write are removed. */
export async function savedSteps(folder: string): Promise<number[]> {
  const checkpoints = join(folder, FILES.checkpoints);
  await makeFolder(checkpoints);
  for (const name of await readdir(checkpoints)) {
    if (CUT_OFF.test(name)) await rm(join(checkpoints, name), { recursive: true, force: true });
  }
  return checkpointSteps(await readdir(checkpoints));
}

function checkpointSteps(names: readonly string[]): number[] {
  return names
    .filter((name) => /^[1-9]\d*$/.test(name))
    .map(Number)
    .sort((a, b) => b - a);
}

/** The newest checkpoint's folder, or undefined if there is none; changes nothing in the run's folder. */
export async function newestCheckpoint(folder: string): Promise<string | undefined> {
  const [newest] = checkpointSteps(await listCheckpoints(folder));
  return newest === undefined ? undefined : checkpointPath(folder, newest);
}

/**
 * A finished run's checkpoints: the last one, those at `train.checkpoint.keepMarks`, and those that no evaluation needs;
 * undefined until it is finished, where the last one is gone, and where they lie in another place, to which a link
 * leads. Only names that this library gives are among them.
 */
export async function finishedCheckpoints(
  folder: string,
): Promise<{ last: string; marked: string[]; others: string[] } | undefined> {
  const finished = await readFinished(folder);
  if (await isLink(join(folder, FILES.checkpoints))) return undefined;
  const names = await listCheckpoints(folder);
  const last = String(finished?.step);
  if (!names.includes(last)) return undefined;
  const own = names.filter((name) => name !== last && (/^(damaged-)?[1-9]\d*$/.test(name) || CUT_OFF.test(name)));
  const { keepMarks = [] } = (await readJson<RunFile>(join(folder, FILES.run)))?.run.train.checkpoint ?? {};
  const marks = new Set(keepMarks.map((mark) => String(markedStep(mark, { steps: Number(last) }))));
  const paths = (names: string[]) => names.map((name) => join(folder, FILES.checkpoints, name));
  return {
    last: join(folder, FILES.checkpoints, last),
    marked: paths(own.filter((name) => marks.has(name))),
    others: paths(own.filter((name) => !marks.has(name))),
  };
}

/** All names in the checkpoint folder, whatever they are. */
function listCheckpoints(folder: string): Promise<string[]> {
  return namesIfThere(join(folder, FILES.checkpoints));
}

/** The path where the checkpoint of a step is or will be. */
export function checkpointPath(folder: string, step: number): string {
  return join(folder, FILES.checkpoints, String(step));
}

/** Removes a checkpoint; if killed midway, it leaves no partial one under its name. */
export async function removeCheckpoint(folder: string, step: number): Promise<void> {
  const gone = join(folder, FILES.checkpoints, `.${step}.gone`);
  await rename(checkpointPath(folder, step), gone);
  await rm(gone, { recursive: true, force: true });
}

/** Renames a damaged checkpoint so that it is no longer found. */
export async function setAside(folder: string, step: number): Promise<void> {
  const aside = join(folder, FILES.checkpoints, `damaged-${step}`);
  await rm(aside, { recursive: true, force: true });
  await rename(checkpointPath(folder, step), aside);
}

/** Writes `finished.json`: the run is complete. */
export async function markFinished(folder: string, { key, step }: Pick<FinishedFile, "key" | "step">): Promise<void> {
  const file: FinishedFile = { key, step, checkpoint: `${FILES.checkpoints}/${step}` };
  await writeDurably(join(folder, FILES.finished), `${JSON.stringify(file, null, 2)}\n`);
}

/** `finished.json`, or undefined while the run is not finished. */
export function readFinished(folder: string): Promise<FinishedFile | undefined> {
  return readJson<FinishedFile>(join(folder, FILES.finished));
}

async function readJson<Value>(path: string): Promise<Value | undefined> {
  const text = await readTextIfThere(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Value;
  } catch (cause) {
    throw new CheckpointError(
      `${path} is not JSON. It is written whole, so something else has changed it: remove it.`,
      {
        cause,
      },
    );
  }
}

/** `a.b: 1 → 2` for each setting that differs. */
function differences(before: unknown, after: unknown, path = ""): string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (!isPlainObject(before) || !isPlainObject(after))
    return [`${path}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`];
  const ignored = path === "" ? ["preset", "evaluate"] : path === "train" ? ["checkpoint", "diagnostics"] : [];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => !ignored.includes(name))
    .flatMap((name) => differences(before[name], after[name], path ? `${path}.${name}` : name));
}
