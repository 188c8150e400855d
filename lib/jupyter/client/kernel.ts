import { KernelError } from "../../errors";
import { raceTimeout, wait } from "../../system";
import type { Connection } from "../connection";
import { kernelExit } from "../failure";
import type { Message } from "../message";
import type { KernelClient, PendingRequest } from "./client";
import { answered, died, type ExecuteOptions, type Execution, type Lost, lost, silenceAfter } from "./execution";
import { describeExit, type KernelExit, type KernelProcess } from "./kernel-process";

/** A kernel process and the client that talks to it. */
export class Kernel {
  readonly connection: Connection;
  readonly #process: KernelProcess;
  readonly #client: KernelClient;
  readonly #interruptMode: "signal" | "message";

  constructor(
    kernelProcess: KernelProcess,
    client: KernelClient,
    connection: Connection,
    interruptMode: "signal" | "message",
  ) {
    this.#interruptMode = interruptMode;
    this.#process = kernelProcess;
    this.#client = client;
    this.connection = connection;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Resolves when the process has ended, for whatever reason. */
  get exited(): Promise<KernelExit> {
    return this.#process.exited;
  }

  /** How the code ended, run as one cell; never rejects because of the code itself. */
  async execute(code: string, options: ExecuteOptions = {}): Promise<Execution> {
    const start = performance.now();
    const finish = (execution: Omit<Execution, "seconds">) => ({
      ...execution,
      seconds: (performance.now() - start) / 1000,
    });
    if (this.#process.exit !== undefined) return finish(died(this.#process.exit));
    const content = {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: true,
    };
    const request = this.#client.request("execute_request", content, options.onOutput);
    const rejected = this.#client.rejected;
    const silence = silenceAfter(this.#client, request, options.lostAfter ?? 10);
    const first = await raceTimeout<Message | KernelExit | Lost>(
      options.timeout,
      request.done,
      this.exited,
      silence.lost,
    ).finally(silence.stop);
    if (first === "expired") return finish(await this.#stop(request, options.timeout ?? 0, options.grace ?? 5));
    if ("missing" in first) return finish(lost(first.missing, answered(first.reply).executionCount));
    if ("header" in first) {
      const ended = first.content.ename === kernelExit ? await raceTimeout(5, this.exited) : "expired";
      if (ended !== "expired") {
        await this.#quiet();
        return finish(died(ended));
      }
      const unread = this.#client.rejected - rejected;
      if (unread === 0) return finish(answered(first));
      return finish(lost(`${unread} of its messages could not be read`, answered(first).executionCount));
    }
    await this.#quiet();
    return finish(died(first));
  }

  /**
   * The reply to a request other than a cell's, such as complete_request.
   *
   * @throws {KernelError} when the kernel ends before it answers
   */
  async ask(type: string, content: Record<string, unknown> = {}): Promise<Message> {
    const answer = await Promise.race([this.#client.request(type, content).reply, this.exited]);
    if ("header" in answer) return answer;
    throw new KernelError(`the kernel ended before it answered ${type}: ${describeExit(answer)}`);
  }

  /** Asks the running cell to stop; a second call asks it not to wait for a training step to end. */
  interrupt(): void {
    if (this.#interruptMode === "signal") this.#process.signal("SIGINT");
    else this.#client.request("interrupt_request", {}, undefined, "control");
  }

  /** Asks the kernel to end, and kills it if it has not done so within `grace` seconds. */
  async shutdown(grace = 3): Promise<void> {
    if (this.#process.exit === undefined) {
      this.#client.request("shutdown_request", { restart: false }, undefined, "control");
      await raceTimeout(grace, this.exited);
    }
    await this.kill();
  }

  /** Ends the kernel and everything it started, at once. */
  async kill(): Promise<void> {
    this.#process.kill();
    await this.exited;
    this.#client.close();
  }

  async #stop(request: PendingRequest, seconds: number, grace: number): Promise<Omit<Execution, "seconds">> {
    this.interrupt();
    const limit = `the cell ran longer than its limit of ${seconds} seconds`;
    const ended = await raceTimeout<Message | KernelExit>(grace, request.done, this.exited);
    const fail = (evalue: string, executionCount: number | null): Omit<Execution, "seconds"> => ({
      status: "timeout",
      executionCount,
      failure: { ename: "CellTimeout", evalue, traceback: [`CellTimeout: ${evalue}`] },
    });
    if (ended !== "expired" && "header" in ended)
      return fail(`${limit} and was interrupted`, answered(ended).executionCount);
    this.#process.kill();
    await this.exited;
    await this.#quiet();
    return fail(`${limit}, did not end ${grace} seconds after an interrupt, and its kernel was killed`, null);
  }

  /** Waits until nothing more arrives: what a dead kernel sent may still be in transit. */
  async #quiet(): Promise<void> {
    const end = performance.now() + 2000;
    do await wait(0.05);
    while (performance.now() - this.#client.heard < 50 && performance.now() < end);
  }
}
