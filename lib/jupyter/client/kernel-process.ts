import { type ChildProcess, spawn } from "node:child_process";
import { onExit } from "../../system";

/** How a kernel's process ended. */
export interface KernelExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines on its own standard streams, outside any cell: native libraries, crashes. */
  readonly lastLines: readonly string[];
}

const keptLines = 20;

/** A kernel's process and everything it starts, as one group that ends when we do. */
export class KernelProcess {
  readonly exited: Promise<KernelExit>;
  /** Set once the process has ended. */
  exit: KernelExit | undefined;
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];

  /** @param onEnd runs when the process has ended, or when we end before it; must be synchronous */
  constructor(argv: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv }, onEnd: () => void) {
    const [program, ...rest] = argv;
    if (program === undefined) throw new Error("a kernel's argv needs a program");
    this.#child = spawn(program, rest, {
      cwd: options.cwd,
      env: { ...options.env, JPY_PARENT_PID: String(process.pid) },
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32", // its own group
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => this.#keep(text));
    }
    const forget = onExit(() => {
      this.kill();
      onEnd();
    });
    this.exited = this.#ended().then((exit) => {
      this.exit = exit;
      this.kill(); // what it started and left behind
      forget();
      onEnd();
      return exit;
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  signal(name: NodeJS.Signals): void {
    if (this.exit === undefined && this.#child.exitCode === null) this.#child.kill(name);
  }

  /** Ends the whole group, at once. */
  kill(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    if (process.platform === "win32") {
      this.#child.kill("SIGKILL");
      return;
    }
    try {
      process.kill(-pid, "SIGKILL");
    } catch (error) {
      // ESRCH: no process is left; EPERM: what macOS says for a group of zombies.
      if (!["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
  }

  async #ended(): Promise<KernelExit> {
    const child = this.#child;
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
      child.once("exit", (code, signal) => resolve([code, signal]));
      child.once("error", (error) => {
        this.#keep(`${error.message}\n`);
        resolve([null, null]);
      });
    });
    // Its last output may still be in the pipe; do not wait for processes that inherited the pipe.
    await Promise.race([
      new Promise((resolve) => child.once("close", resolve)),
      new Promise((resolve) => setTimeout(resolve, 200)),
    ]);
    return { code, signal, lastLines: [...this.#lines] };
  }

  #keep(text: string): void {
    for (const line of text.split("\n")) if (line.trim() !== "") this.#lines.push(line);
    this.#lines.splice(0, this.#lines.length - keptLines);
  }
}

/** "exit code 3" or "signal SIGKILL", and the last lines if there are any. */
export function describeExit(exit: KernelExit): string {
  const how = exit.signal
    ? `signal ${exit.signal}`
    : exit.code === null
      ? "it could not be started"
      : `exit code ${exit.code}`;
  return exit.lastLines.length === 0 ? how : `${how}; its last lines:\n  ${exit.lastLines.join("\n  ")}`;
}
