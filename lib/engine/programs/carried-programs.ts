import { createHmac, randomBytes } from "node:crypto";
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { cacheFolder, makeFolderSync, namesIfThereSync, processTag } from "../../system";
import { isIntact, writeStamp, writeWhole } from "./stamp";

/**
 * Ending of the seals of compiled programs carried along with results: a compiler that chooses kernels by timing them
 * may choose others next time, which changes the last bits. Programs are code, so each is sealed with this user's key,
 * and one whose seal does not match is ignored.
 */
const SEAL = ".seal";

const KEY_BYTES = 32;

/** Copies programs from the user's cache into a folder, unless they are already there. */
export function carryPrograms(paths: readonly string[], folder: string): void {
  for (const path of paths) {
    const [compiler, name] = [basename(dirname(path)), basename(path)];
    const to = join(folder, compiler, name);
    if (existsSync(`${to}${SEAL}`) || !isIntact(path)) continue;
    makeFolderSync(dirname(to));
    const program = readFileSync(path);
    writeWhole(to, program);
    writeWhole(`${to}${SEAL}`, sealOf(compiler, name, program));
  }
}

/** What became of a folder's programs. */
export interface TakenPrograms {
  /** How many were copied to the user's cache, in place of any for the same text and device. */
  taken: number;
  /** Paths of those without this user's seal, which are left alone. */
  refused: string[];
}

/** Copies the programs that this user carried into a folder back to the user's cache. */
export function takePrograms(folder: string): TakenPrograms {
  const found: TakenPrograms = { taken: 0, refused: [] };
  for (const compiler of namesIfThereSync(folder)) {
    // Programs for another processor, plugin or version are never looked up here.
    const cache = join(cacheFolder("xla"), compiler);
    for (const name of namesIfThereSync(join(folder, compiler)).filter((name) => name.endsWith(".pjrt"))) {
      const from = join(folder, compiler, name);
      const program = readFileSync(from);
      if (!existsSync(`${from}${SEAL}`) || readFileSync(`${from}${SEAL}`, "utf8") !== sealOf(compiler, name, program)) {
        found.refused.push(from);
        continue;
      }
      const to = join(cache, name);
      if (isIntact(to) && readFileSync(to).equals(program)) continue;
      makeFolderSync(cache);
      writeWhole(to, program);
      writeStamp(to);
      found.taken++;
    }
  }
  return found;
}

/** Of a program at its place: moved to another's, it would be run for that one's text. */
function sealOf(compiler: string, name: string, program: Buffer): string {
  return createHmac("sha256", userKey()).update(`${compiler}/${name}\0`).update(program).digest("hex");
}

/** This user's key. If two processes create it at once, one wins, and both read the result. */
function userKey(): Buffer {
  const path = join(cacheFolder("xla"), "seal.key");
  const found = existsSync(path) ? readFileSync(path) : null;
  if (found?.length === KEY_BYTES) return found;
  makeFolderSync(dirname(path));
  // Cut short, as by a full disk: with an empty key anybody could seal.
  if (found) rmSync(path, { force: true });
  const whole = `${path}.${processTag()}`;
  writeFileSync(whole, randomBytes(KEY_BYTES), { mode: 0o600 });
  try {
    linkSync(whole, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(whole, { force: true });
  }
  return readFileSync(path);
}
