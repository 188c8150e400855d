import { type SpawnOptions, spawn } from "node:child_process";

/** How a command ended, and the last of what it wrote to its error stream. */
export interface CommandEnd {
  /** Exit status; null when a signal ended it. */
  status: number | null;
  signal: NodeJS.Signals | null;
  said: string;
}

/** Runs a program without a shell and without input; resolves whatever its exit status, rejects when it cannot start. */
export function runCommand(program: string, args: string[], options: SpawnOptions = {}): Promise<CommandEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-4000);
    });
    child.on("error", reject);
    child.on("close", (status, signal) => resolve({ status, signal, said }));
  });
}
