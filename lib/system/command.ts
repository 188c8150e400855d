import { type SpawnOptions, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { onExit } from "./exit-hook";

/** How a command ended, and the tail of what it wrote to stderr. */
export interface CommandEnd {
  /** Exit status; null when a signal ended it. */
  status: number | null;
  signal: NodeJS.Signals | null;
  said: string;
}

/** Linux's own way to end a program together with its parent process, even if the parent is killed. */
const setpriv = "/usr/bin/setpriv";

/**
 * Runs a program without a shell or input; it ends when we do, and where Linux's setpriv exists, however we end.
 *
 * Resolves whatever the exit status; rejects when the program cannot start.
 */
export function runCommand(program: string, args: string[], options: SpawnOptions = {}): Promise<CommandEnd> {
  return new Promise((resolve, reject) => {
    const bound = existsSync(setpriv) && isOnPath(program);
    const [first, ...rest] = bound ? [setpriv, "--pdeathsig", "KILL", "--", program, ...args] : [program, ...args];
    const child = spawn(first as string, rest, { ...options, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-4000);
    });
    const forget = onExit(() => child.kill("SIGKILL"));
    child.on("error", (error) => {
      forget();
      reject(error);
    });
    child.on("close", (status, signal) => {
      forget();
      resolve({ status, signal, said });
    });
  });
}

/** A missing program should be reported under its own name, not by setpriv. */
function isOnPath(program: string): boolean {
  return (process.env.PATH ?? "").split(":").some((folder) => folder !== "" && existsSync(join(folder, program)));
}
