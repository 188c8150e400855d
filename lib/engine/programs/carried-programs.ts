import { createHmac, randomBytes } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { cacheFolder } from "../../system";
import { programCacheFolder } from "./folder";
import { isIntact, writeStamp } from "./stamp";

/**
 * Ending of the seals of compiled programs carried along with results: a compiler that chooses kernels by timing them
 * may choose others next time, which changes the last bits. Programs are code, so each is sealed with this user's key,
 * and one whose seal does not match is ignored.
 */
const SEAL = ".seal";

/** Copies programs from the user's cache into a folder, unless they are already there. */
export function carryPrograms(paths: readonly string[], folder: string): void {
  for (const path of paths) {
    const to = join(folder, basename(dirname(path)), basename(path));
    if (existsSync(`${to}${SEAL}`) || !isIntact(path)) continue;
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(path, `${to}.${process.pid}`);
    renameSync(`${to}.${process.pid}`, to);
    writeFileSync(`${to}${SEAL}`, sealOf(readFileSync(to)));
  }
}

/** The number of programs copied from such a folder to the user's cache, in place of any for the same text and device. */
export function takePrograms(folder: string): number {
  let taken = 0;
  for (const compiler of namesIn(folder)) {
    // Programs for another processor, plugin or version are never looked up here.
    const cache = join(dirname(programCacheFolder("any")), compiler);
    for (const name of namesIn(join(folder, compiler)).filter((name) => name.endsWith(".pjrt"))) {
      const from = join(folder, compiler, name);
      const program = readFileSync(from);
      if (!existsSync(`${from}${SEAL}`) || readFileSync(`${from}${SEAL}`, "utf8") !== sealOf(program)) continue;
      const to = join(cache, name);
      if (isIntact(to) && readFileSync(to).equals(program)) continue;
      mkdirSync(cache, { recursive: true });
      writeFileSync(`${to}.${process.pid}`, program);
      renameSync(`${to}.${process.pid}`, to);
      writeStamp(to);
      taken++;
    }
  }
  return taken;
}

function sealOf(program: Buffer): string {
  return createHmac("sha256", userKey()).update(program).digest("hex");
}

/** This user's key. If two processes create it at once, one wins, and both read the result. */
function userKey(): Buffer {
  const path = join(cacheFolder("xla"), "seal.key");
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(path, randomBytes(32), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return readFileSync(path);
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
