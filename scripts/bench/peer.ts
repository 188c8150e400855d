/** A peer's process: it answers a line of JSON with a line of JSON. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { EngineError } from "njepa/errors";

/** Why this Python cannot be a peer, or undefined if it has all the modules. */
export function missingModules(python: string, modules: readonly string[]): string | undefined {
  const tried = spawnSync(python, ["-c", modules.map((name) => `import ${name}`).join("\n")], { encoding: "utf8" });
  if (tried.status === 0) return undefined;
  return tried.error ? `${python} does not start` : (tried.stderr.trim().split("\n").at(-1) ?? `${python} failed`);
}

/**
 * A program that keeps running between turns, so that its startup and compilation are not timed with its work.
 *
 * It prints a line of JSON for each line of JSON it reads; an `error` field is thrown. What it writes to stderr is shown.
 */
export class Peer {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  constructor(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    this.#process = spawn(program, args, { env });
    this.#process.stderr.pipe(process.stderr);
    this.#process.on("error", (cause) => this.#process.stdout.destroy(cause));
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** @throws {EngineError} when the peer says that it failed, or has ended */
  async ask<Answer>(question: unknown): Promise<Answer> {
    this.#process.stdin.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await this.#lines.next();
    if (done)
      throw new EngineError(`the peer ended (exit code ${this.#process.exitCode}) at ${JSON.stringify(question)}`);
    const answer = JSON.parse(value) as Answer & { error?: string };
    if (answer.error !== undefined) throw new EngineError(`the peer failed: ${answer.error}`);
    return answer;
  }

  stop(): void {
    this.#process.stdin.end();
    this.#process.kill();
  }
}
