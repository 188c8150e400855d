/**
 * Preloaded into a kernel and the Node processes it starts: records which files they touch, one JSON line each, in the
 * file that NJEPA_INPUTS names. Reading is `r`, checking for existence `p`, writing `w`.
 *
 * It sees what goes through Node's `fs`, but not what a native library opens by itself.
 */
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

type Use = "r" | "p" | "w";
type Anything = (...args: unknown[]) => unknown;

const calls = {
  reading: ["readFile", "createReadStream", "readdir", "opendir"],
  looking: ["access", "exists", "stat", "lstat", "mkdir"],
  writing: ["writeFile", "appendFile", "createWriteStream", "truncate", "unlink", "rm"],
};
const both = (names: readonly string[]) => names.flatMap((name) => [name, `${name}Sync`]);
/** Paths that belong to programs, not to their data. */
const programs = /[\\/]node_modules([\\/]|$)|[\\/](package|tsconfig|jsconfig)\.json$|\.d\.[cm]?ts$|^\/(proc|sys|dev)\//;

function track(log: string, descriptor: number): void {
  const known = new Set<string>();
  const { ftruncateSync, writeSync } = fs;
  const own = path.resolve(__dirname, "..");
  function note(use: Use, place: unknown): void {
    const file = pathOf(place);
    if (file === undefined || file === log || file.startsWith(own + path.sep) || programs.test(file)) return;
    const line = `${JSON.stringify([use, file])}\n`;
    if (known.has(line)) return;
    known.add(line);
    try {
      writeSync(descriptor, line);
    } catch {
      // A full disk must not fail the cell; an empty log signals that it cannot be trusted.
      ftruncateSync(descriptor);
    }
  }
  function wrap(target: object, names: readonly string[], tell: (args: unknown[]) => void): void {
    const functions = target as Record<string, Anything>;
    for (const name of names) {
      const original = functions[name];
      if (original === undefined) continue;
      const wrapped = function (this: unknown, ...args: unknown[]): unknown {
        tell(args);
        return original.apply(this, args);
      };
      // What promisify looks for are properties of the functions.
      const { prototype: _, ...riders } = Object.getOwnPropertyDescriptors(original);
      functions[name] = Object.defineProperties(wrapped, riders);
    }
  }
  for (const target of [fs, fs.promises]) {
    wrap(target, both(calls.reading), ([file]) => note("r", file));
    wrap(target, both(calls.looking), ([file]) => note("p", file));
    wrap(target, both(calls.writing), ([file]) => note("w", file));
    wrap(target, both(["copyFile", "rename"]), ([from, to]) => {
      note("r", from);
      note("w", to);
    });
    wrap(target, both(["rename"]), ([from]) => note("w", from));
    wrap(target, ["open", "openSync"], ([file, flags]) => note(readsOnly(flags) ? "r" : "w", file));
  }
}

/** The open log; undefined if the file is gone: in a job that outlived its notebook, or on another machine. */
function openLog(log: string): number | undefined {
  try {
    return fs.openSync(log, fs.constants.O_WRONLY | fs.constants.O_APPEND);
  } catch {
    return undefined;
  }
}

function readsOnly(flags: unknown): boolean {
  if (typeof flags === "number") return (flags & 3) === 0;
  return typeof flags !== "string" || flags === "r" || flags === "rs";
}

function pathOf(place: unknown): string | undefined {
  if (typeof place === "string") return path.resolve(place);
  if (place instanceof URL) return place.protocol === "file:" ? fileURLToPath(place) : undefined;
  return Buffer.isBuffer(place) ? path.resolve(place.toString()) : undefined; // else an open file
}

const log = process.env.NJEPA_INPUTS;
const descriptor = log ? openLog(log) : undefined;
if (log !== undefined && descriptor !== undefined) track(log, descriptor);
