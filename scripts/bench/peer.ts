/** A peer's process: it answers a line of JSON with a line of JSON. */
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { EngineError } from "njepa/errors";
import { onExit } from "njepa/system";

/** Why this Python cannot be a peer, or undefined if it has all the modules. */
export function missingModules(python: string, modules: readonly string[]): string | undefined {
  const tried = spawnSync(python, ["-c", modules.map((name) => `import ${name}`).join("\n")], { encoding: "utf8" });
  if (tried.status === 0) return undefined;
  return tried.error ? `${python} does not start` : tried.stderr.trim().split("\n").at(-1) || `${python} failed`;
}

/** Ends a side when the benchmark ends, by a signal too: it would go on until its step is done. */
export function endWithUs(child: ChildProcess): void {
  child.once(
    "close",
    onExit(() => child.kill("SIGKILL")),
  );
}

/**
 * A program that keeps running between turns, so that its startup and compilation are not timed with its work.
 *
 * It prints a line of JSON for each line of JSON it reads; an `error` field is thrown. What it writes to stderr is shown.
 */
export class Peer {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #closed: Promise<void>;
  #said = "";

  constructor(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    this.#process = spawn(program, args, { env });
    endWithUs(this.#process);
    this.#process.stderr.setEncoding("utf8").on("data", (text: string) => {
      process.stderr.write(text);
      this.#said = (this.#said + text).slice(-800);
    });
    this.#process.on("error", (cause) => this.#process.stdout.destroy(cause));
    // One that has ended reads nothing: `ask` finds no answer and says so.
    this.#process.stdin.on("error", () => {});
    this.#closed = new Promise((resolve) => this.#process.once("close", () => resolve()));
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** @throws {EngineError} when the peer says that it failed, or has ended */
  async ask<Answer>(question: unknown): Promise<Answer> {
    this.#process.stdin.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await this.#lines.next();
    if (done) {
      await this.#closed;
      const { exitCode, signalCode } = this.#process;
      throw new EngineError(
        `the peer ended (${signalCode ?? `exit code ${exitCode}`}) at ${JSON.stringify(question).slice(0, 200)}, and wrote: ${this.#said.trim()}`,
      );
    }
    const answer = JSON.parse(value) as Answer & { error?: string };
    if (answer.error !== undefined) throw new EngineError(`the peer failed: ${answer.error}`);
    return answer;
  }

  stop(): void {
    this.#process.stdin.end();
    this.#process.kill();
  }
}
