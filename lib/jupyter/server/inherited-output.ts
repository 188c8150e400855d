import childProcess, { type ChildProcess, type SpawnSyncReturns } from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import { isPlainObject } from "../../plain-object";

type Stdio = unknown[] | string | undefined;
/** What a command wrote, in its result or in the error for its exit code. */
type Written = { stdout?: Buffer | string | null; stderr?: Buffer | string | null };
const outputs = [1, 2] as const;
const streamOf = { 1: "stdout", 2: "stderr" } as const;

/**
 * Redirects what a child process writes to the output it inherits from us to the cell that started it.
 *
 * The kernel's own standard output is not the cell's: a child that inherits it would bypass the notebook. It gets pipes
 * instead, and what comes through them is passed on.
 *
 * @param active whether there is a cell to write to
 */
export function captureInherited(active: () => boolean): void {
  const prototype = childProcess.ChildProcess.prototype as unknown as { spawn(options: { stdio?: Stdio }): unknown };
  const { spawn } = prototype;
  prototype.spawn = function (this: ChildProcess, options) {
    const [stdio, taken] = active() ? piped(options.stdio) : [options.stdio, []];
    const result = spawn.call(this, { ...options, stdio });
    for (const place of taken)
      this[streamOf[place]]?.on("data", (data: Buffer) => process[streamOf[place]].write(data));
    return result;
  };
  for (const name of ["spawnSync", "execFileSync", "execSync"] as const) {
    const original = childProcess[name] as (...args: unknown[]) => unknown;
    const wrapped = (...args: unknown[]): unknown => {
      const at = args.findIndex(isPlainObject);
      const options = args[at] as { stdio?: Stdio } | undefined;
      const [stdio, taken] = active() && options ? piped(options.stdio) : [undefined, []];
      if (taken.length === 0) return original(...args);
      const pass = ({ stdout, stderr }: Written) => {
        const texts = { stdout, stderr };
        for (const place of taken) {
          const text = texts[streamOf[place]];
          if (text) process[streamOf[place]].write(text);
        }
      };
      try {
        const result = original(...args.with(at, { ...options, stdio }));
        // Only spawnSync returns both streams; the others return standard output.
        pass(name === "spawnSync" ? (result as SpawnSyncReturns<Buffer>) : { stdout: result as Buffer });
        return name === "spawnSync" ? result : null;
      } catch (error) {
        if (error instanceof Error) pass(error as Written);
        throw error;
      }
    };
    Object.assign(childProcess, { [name]: wrapped });
  }
  syncBuiltinESMExports();
}

/** @returns `stdio` with pipes in place of the streams that would inherit our output, and which ones those are */
function piped(stdio: Stdio): [stdio: Stdio, taken: (1 | 2)[]] {
  const list = Array.isArray(stdio) ? [...stdio] : stdio === "inherit" ? ["inherit", "inherit", "inherit"] : undefined;
  if (list === undefined) return [stdio, []];
  const inherits = (place: 1 | 2) =>
    list[place] === "inherit" || list[place] === place || list[place] === process[streamOf[place]];
  const taken = outputs.filter(inherits);
  for (const place of taken) list[place] = "pipe";
  return [list, taken];
}
