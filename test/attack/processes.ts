import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { dataSource } from "njepa/data";
import { findTensorFlow } from "njepa/engine/provision";
import { slowness } from "./attack";

/** The compiled commands and library, wherever this file was bundled to. */
const root = process.cwd();
export const scripts = join(root, "build", "scripts");
export const library = join(root, "lib", "dist");

export interface End {
  code: number | null;
  signal: NodeJS.Signals | null;
  said: string;
}

/** A Node process with a command of ours, or with `-e` and a program. */
export function node(args: readonly string[], options: { cwd: string; env?: NodeJS.ProcessEnv }): ChildProcess {
  const env = { ...process.env, ...options.env };
  return spawn(process.execPath, args, { cwd: options.cwd, env, stdio: ["ignore", "pipe", "pipe"] });
}

/** How it ended and all that it said, after a SIGKILL if one is asked for before that. */
export async function ended(child: ChildProcess, killAfterSeconds?: number): Promise<End> {
  const end: End = { code: null, signal: null, said: "" };
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      end.said = (end.said + text).slice(-20_000);
    });
  const timer =
    killAfterSeconds === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), 1000 * killAfterSeconds);
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  clearTimeout(timer);
  return { ...end, code, signal };
}

/** Whether a process runs; a zombie does not. */
export function runs(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** Processes whose environment has this variable: what a command of ours started. */
export function processesWith(variable: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && runs(Number(name)))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/environ`, "utf8").split("\0").includes(variable);
      } catch {
        return false; // another user's, or gone
      }
    })
    .map(Number);
}

/** Whether the condition is met within so many seconds of a machine of its own. */
export async function until(condition: () => boolean, seconds: number): Promise<boolean> {
  for (let left = seconds; left > 0 && !condition(); left -= 0.05 / slowness()) await sleep(50);
  return condition();
}

export function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/** An environment whose cache is this folder, and TensorFlow and the images those that are here already. */
export async function ownCache(folder: string): Promise<NodeJS.ProcessEnv> {
  const { directory } = await findTensorFlow();
  const images = (await dataSource("fashion-mnist")).locate?.();
  return { XDG_CACHE_HOME: folder, NJEPA_TENSORFLOW: directory, ...(images ? { NJEPA_DATA: images.directory } : {}) };
}
