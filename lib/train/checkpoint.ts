import { createHash } from "node:crypto";
import { readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { canonicalJson, effectiveMethod, parseRun, type Run, type RunInput, runKey } from "../config";
import { arithmetic, tf } from "../engine";
import { CheckpointError } from "../errors";
import { type ParameterShapes, parameterShapes } from "../model";
import { isPlainObject } from "../plain-object";
import { makeFolder, writeDurably } from "../system";
import { noCheckpoint } from "./no-checkpoint";
import { decodeSafetensors, encodeSafetensors, type NamedArray } from "./safetensors";
import { stateOf, type TrainState } from "./state";
import { type Variables, variableOf } from "./variables";

const WEIGHTS = "weights.safetensors";
const MOMENTS = "moments.safetensors";
const ABOUT = "checkpoint.json";

interface About {
  format: 2;
  /** Steps taken. */
  step: number;
  run: Run;
  /** sha256 of the other two files, which hold the arrays and their layout. */
  files: Record<string, string>;
  /** What determined the last bits where it was computed; absent in checkpoints of an earlier version. */
  arithmetic?: string;
  /** sha256 of the first `step` lines of the run's records; null for a checkpoint outside a run's folder. */
  records: string | null;
  /** sha256 of all of the above: if it matches, the checkpoint is complete and unchanged. */
  seal: string;
}

/** What is saved with a checkpoint besides its state. */
export interface CheckpointOptions {
  /** sha256 of the records of the steps taken, if the checkpoint belongs to a run's folder. */
  records?: string;
}

/**
 * Writes a checkpoint folder: `weights.safetensors` (student, predictors, teacher; I-JEPA's names, PyTorch's layout),
 * `moments.safetensors` (AdamW), `checkpoint.json` (run, step, hashes, and a seal over all of it).
 *
 * Everything is written and synced next to the folder, then renamed into place, so the folder is complete or absent.
 */
export async function saveCheckpoint(
  state: TrainState,
  directory: string,
  options: CheckpointOptions = {},
): Promise<void> {
  const target = resolve(directory);
  const fresh = join(dirname(target), `.${basename(target)}.${process.pid}.new`);
  await rm(fresh, { recursive: true, force: true });
  await makeFolder(fresh);
  try {
    const weights = encodeSafetensors(arraysOf({ ...state.student, ...state.teacher }), { format: "pt" });
    const moments = encodeSafetensors(
      { ...arraysOf(state.firstMoments, "exp_avg."), ...arraysOf(state.secondMoments, "exp_avg_sq.") },
      { format: "pt" },
    );
    const files = { [WEIGHTS]: sha256(weights), [MOMENTS]: sha256(moments) };
    const facts = {
      format: 2,
      step: state.step,
      run: state.run,
      files,
      arithmetic: arithmetic(),
      records: options.records ?? null,
    } as const;
    const about: About = { ...facts, seal: sealOf(facts) };
    await writeDurably(join(fresh, WEIGHTS), weights);
    await writeDurably(join(fresh, MOMENTS), moments);
    await writeDurably(join(fresh, ABOUT), `${JSON.stringify(about, null, 2)}\n`);
    await replaceFolder(fresh, target);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw new CheckpointError(`The checkpoint ${target} could not be written: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/**
 * The saved state; training resumes from it as if it had never stopped.
 *
 * @param options.run  the run as given now, if it differs from the saved one only where no number changes: preset,
 *   probes, saving
 * @throws {CheckpointError} when the folder is missing, anything in it was changed after saving, it belongs to another
 *   run, or the parameters are not the run's
 */
export async function loadCheckpoint(directory: string, options: { run?: Run } = {}): Promise<TrainState> {
  const about = await readAbout(directory);
  const saved = parseSaved(about.run, directory);
  const run = options.run ?? saved;
  if (runKey(run, "") !== runKey(saved, "")) {
    throw new CheckpointError(`${directory} is a checkpoint of another run. Use one of this run's own.`);
  }
  const weights = await readArrays(directory, WEIGHTS, about);
  const moments = await readArrays(directory, MOMENTS, about);
  const shapes = parameterShapes(run.model, effectiveMethod(run.objective));
  const teacherShapes = Object.fromEntries(
    Object.entries(shapes).flatMap(([name, shape]) => (name.startsWith("encoder.") ? [[`target_${name}`, shape]] : [])),
  );
  const restore = (named: ParameterShapes, arrays: Record<string, NamedArray>, prefix = ""): Variables =>
    Object.fromEntries(
      Object.entries(named).map(([name, shape]) => {
        const array = arrays[prefix + name];
        if (!array || array.shape.join() !== shape.join()) {
          const got = array ? `[${array.shape}]` : "nothing";
          throw new CheckpointError(`${directory}: expected ${prefix}${name} of shape [${shape}], got ${got}.`);
        }
        return [name, variableOf(name, tf.tensor(array.values, shape, "float32"))];
      }),
    );
  const variables = {
    student: restore(shapes, weights),
    teacher: restore(teacherShapes, weights),
    firstMoments: restore(shapes, moments, "exp_avg."),
    secondMoments: restore(shapes, moments, "exp_avg_sq."),
  };
  return stateOf(variables, { step: about.step, run });
}

/** As `loadCheckpoint`, from the folder of a step. @throws {CheckpointError} also when it is another step's */
export async function loadStep(directory: string, step: number, run: Run): Promise<TrainState> {
  const state = await loadCheckpoint(directory, { run });
  if (state.step === step) return state;
  state.dispose();
  throw new CheckpointError(`${directory} is of step ${state.step}. Give it its name back.`);
}

/** What determined a checkpoint's last bits, if it differs from this machine; null where it does not or is unknown. */
export async function otherArithmetic(directory: string): Promise<string | null> {
  const { arithmetic: saved } = await readAbout(directory);
  return saved === undefined || saved === arithmetic() ? null : saved;
}

/** The hash of the records that a checkpoint was saved with, or null. */
export async function recordsOf(directory: string): Promise<string | null> {
  return (await readAbout(directory)).records;
}

async function readAbout(directory: string): Promise<About> {
  const path = join(directory, ABOUT);
  let about: Partial<About> | null;
  try {
    about = JSON.parse(await readFile(path, "utf8")) as Partial<About> | null;
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? ""))
      throw await noCheckpoint(directory, ABOUT, error);
    throw new CheckpointError(`${directory} is not a checkpoint: ${path} cannot be read as one.`, { cause: error });
  }
  if (about?.format !== 2) {
    const got = JSON.stringify(about?.format) ?? "none";
    throw new CheckpointError(
      `${directory} is not a checkpoint of this format: expected format 2 in ${path}, got ${got}.`,
    );
  }
  const { seal, ...facts } = about as About;
  if (seal !== sealOf(facts)) {
    throw new CheckpointError(`${path} was changed after it was saved: its seal does not fit. Use another checkpoint.`);
  }
  // A stranger's may be sealed and still be no checkpoint.
  if (!Number.isSafeInteger(facts.step) || facts.step < 0 || !isPlainObject(facts.run) || !isPlainObject(facts.files)) {
    throw new CheckpointError(`${path} is not whole: expected a step from 0, a run, and the hashes of its files.`);
  }
  return about as About;
}

function sealOf(facts: Omit<About, "seal">): string {
  return sha256(canonicalJson(facts));
}

function parseSaved(run: Run, directory: string): Run {
  try {
    return parseRun(run as RunInput);
  } catch (error) {
    const why = (error as Error).message;
    throw new CheckpointError(`${directory} has settings that this version does not take: ${why}`, { cause: error });
  }
}

async function readArrays(directory: string, name: string, about: About): Promise<Record<string, NamedArray>> {
  const path = join(directory, name);
  const bytes = await readFile(path).catch((error: Error) => {
    throw new CheckpointError(`The checkpoint lacks ${path}: ${error.message}`, { cause: error });
  });
  const found = sha256(bytes);
  if (found !== about.files[name]) {
    throw new CheckpointError(
      `${path} is damaged: expected sha256 ${about.files[name]}, got ${found}. Use another checkpoint.`,
    );
  }
  return decodeSafetensors(bytes, path).arrays;
}

function arraysOf(variables: Variables, prefix = ""): Record<string, NamedArray> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, variable]) => {
      const tensor = variable.read();
      const values = tensor.dataSync() as Float32Array;
      tensor.dispose();
      return [prefix + name, { shape: variable.shape, values }];
    }),
  );
}

/**
 * A folder cannot be renamed onto another: the old one is moved aside first, and back if the new one cannot replace it.
 */
async function replaceFolder(fresh: string, target: string): Promise<void> {
  const old = `${fresh}.old`;
  const replaced = await rename(target, old).then(
    () => true,
    () => false,
  );
  try {
    await rename(fresh, target);
  } catch (error) {
    if (replaced) await rename(old, target);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}

function sha256(bytes: Buffer | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}
