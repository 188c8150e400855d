import { statSync } from "node:fs";
import path from "node:path";
import { KernelError } from "../../errors";
import { raceTimeout, wait } from "../../system";
import { type Connection, createConnection } from "../connection";
import type { CellFailure } from "../failure";
import type { Message } from "../message";
import { KernelClient, type PendingRequest } from "./client";
import { describeExit, type KernelExit, KernelProcess } from "./kernel-process";
import { kernelCommand } from "./kernelspec";

export interface KernelOptions {
  /** Folder that the kernel runs in, and that cells resolve their imports from. Default: ours. */
  cwd?: string;
  /** Added to our own environment; undefined takes a variable away. */
  env?: Record<string, string | undefined>;
  /** Seconds that it may take to answer for the first time. Default 60. */
  startTimeout?: number;
  /** Another command line than our own kernel's, `{connection_file}` in it as in a kernel.json. */
  argv?: readonly string[];
  /** How it is interrupted, as its kernel.json says: SIGINT (the default for another command line), or a message (ours). */
  interruptMode?: "signal" | "message";
}

export interface ExecuteOptions {
  /** Seconds that the code may run before it is interrupted. Default: no limit. */
  timeout?: number;
  /** Seconds that an interrupted cell has to end before the kernel is killed. Default 5. */
  grace?: number;
  /** What the code publishes, in order: streams, displays, results, errors, status; also what comes after its end. */
  onOutput?: (message: Message) => void;
  /** Seconds of silence after the answer, when the end of the output is still missing, that count it as lost. Default 10. */
  lostAfter?: number;
}

/**
 * How the code ended. A kernel that was killed for a timeout says "timeout", and is gone. "lost": the code ran, and some of what
 * it published did not arrive.
 */
export interface Execution {
  status: "ok" | "error" | "aborted" | "timeout" | "dead" | "lost";
  executionCount: number | null;
  seconds: number;
  /** Set unless the status is "ok" or "aborted". */
  failure?: CellFailure;
}

/**
 * A kernel that runs and has answered, in a process of its own that ends with ours.
 *
 * @throws {KernelError} when it cannot be started, ends, or says nothing within `startTimeout`
 */
export async function startKernel(options: KernelOptions = {}): Promise<Kernel> {
  const cwd = path.resolve(options.cwd ?? process.cwd());
  if (!statSync(cwd, { throwIfNoEntry: false })?.isDirectory()) {
    throw new KernelError(`the kernel cannot run in ${cwd}: there is no such folder`);
  }
  // Between finding free ports and binding them somebody else may have taken one.
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(cwd, options);
    } catch (error) {
      if (attempt === 3 || !(error instanceof KernelError && /EADDRINUSE|Address already in use/.test(error.message))) {
        throw error;
      }
    }
  }
}

async function startOnce(cwd: string, options: KernelOptions): Promise<Kernel> {
  const connection = await createConnection();
  const argv = (options.argv ?? kernelCommand()).map((part) => part.replace("{connection_file}", connection.file));
  const env = { ...process.env, ...options.env };
  const kernelProcess = new KernelProcess(argv, { cwd, env }, connection.remove);
  const client = await KernelClient.connect(connection.info);
  const kernel = new Kernel(
    kernelProcess,
    client,
    connection,
    options.interruptMode ?? (options.argv ? "signal" : "message"),
  );
  const seconds = options.startTimeout ?? 60;
  const outcome = await raceTimeout<"heard" | KernelExit>(
    seconds,
    untilHeard(client, kernelProcess),
    kernelProcess.exited,
  );
  if (outcome === "heard") return kernel;
  await kernel.kill();
  const command = argv.join(" ");
  if (outcome !== "expired")
    throw new KernelError(`the kernel ended before it answered: ${describeExit(outcome)}\n(${command})`);
  throw new KernelError(
    `the kernel did not answer within ${seconds} seconds and was ended; give it more time or look at what it runs: ${command}`,
  );
}

/** A subscription takes effect some time after it is asked for: ask until an answer's status comes on both channels. */
async function untilHeard(client: KernelClient, kernel: KernelProcess): Promise<"heard"> {
  for (;;) {
    const { reply, done } = client.request("kernel_info_request", {});
    await reply;
    if ((await raceTimeout(0.25, done)) !== "expired" || kernel.exit !== undefined) return "heard";
  }
}

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

  /** Resolves when the process has ended, however that came about. */
  get exited(): Promise<KernelExit> {
    return this.#process.exited;
  }

  /** Runs code as one cell; never rejects for what the code does. */
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
    const silence = this.#silenceAfter(request, options.lostAfter ?? 10);
    const first = await raceTimeout<Message | KernelExit | Lost>(
      options.timeout,
      request.done,
      this.exited,
      silence.lost,
    ).finally(silence.stop);
    if (first === "expired") return finish(await this.#stop(request, options.timeout ?? 0, options.grace ?? 5));
    if ("missing" in first) return finish(lost(first.missing, answered(first.reply).executionCount));
    if ("header" in first) {
      const unread = this.#client.rejected - rejected;
      if (unread === 0) return finish(answered(first));
      return finish(lost(`${unread} of its messages could not be read`, answered(first).executionCount));
    }
    await this.#quiet();
    return finish(died(first));
  }

  /**
   * The answer to another request than a cell's, such as complete_request.
   *
   * @throws {KernelError} when the kernel ends before it answers
   */
  async ask(type: string, content: Record<string, unknown> = {}): Promise<Message> {
    const answer = await Promise.race([this.#client.request(type, content).reply, this.exited]);
    if ("header" in answer) return answer;
    throw new KernelError(`the kernel ended before it answered ${type}: ${describeExit(answer)}`);
  }

  /** Asks the running cell to stop; again, to stop without waiting for a training step to end. */
  interrupt(): void {
    if (this.#interruptMode === "signal") this.#process.signal("SIGINT");
    else this.#client.request("interrupt_request", {}, undefined, "control");
  }

  /** Asks the kernel to end, and ends it when it has not done so after so many seconds. */
  async shutdown(grace = 3): Promise<void> {
    if (this.#process.exit === undefined) {
      this.#client.request("shutdown_request", { restart: false }, undefined, "control");
      await raceTimeout(grace, this.exited);
    }
    await this.kill();
  }

  /** Ends the kernel and everything that it started, at once. */
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

  /** The kernel has answered, and then nothing more comes although the word that all output is out has not come either. */
  #silenceAfter(request: PendingRequest, seconds: number): { lost: Promise<Lost>; stop: () => void } {
    let timer: NodeJS.Timeout | undefined;
    let stopped = false;
    const lost = new Promise<Lost>((resolve) => {
      void request.reply.then((reply) => {
        if (stopped) return;
        timer = setInterval(() => {
          if (performance.now() - this.#client.heard < 1000 * seconds) return;
          resolve({ missing: `the end of its output did not arrive within ${seconds} seconds of silence`, reply });
        }, 100 * seconds);
      });
    });
    const stop = () => {
      stopped = true;
      clearInterval(timer);
    };
    return { lost, stop };
  }

  /** What a dead kernel sent may still be on its way to us. */
  async #quiet(): Promise<void> {
    const end = performance.now() + 2000;
    do await wait(0.05);
    while (performance.now() - this.#client.heard < 50 && performance.now() < end);
  }
}

function answered({ content }: Message): Omit<Execution, "seconds"> {
  const executionCount = typeof content.execution_count === "number" ? content.execution_count : null;
  if (content.status === "ok") return { status: "ok", executionCount };
  // "abort" is tslab's own word.
  if (content.status !== "error") return { status: "aborted", executionCount };
  const { ename, evalue, traceback } = content as Partial<CellFailure>;
  const failure = { ename: ename ?? "Error", evalue: evalue ?? "the cell failed", traceback: traceback ?? [] };
  return { status: "error", executionCount, failure };
}

interface Lost {
  missing: string;
  reply: Message;
}

function lost(what: string, executionCount: number | null): Omit<Execution, "seconds"> {
  const evalue = `the cell ran, but its output is not whole: ${what}`;
  return {
    status: "lost",
    executionCount,
    failure: { ename: "LostOutput", evalue, traceback: [`LostOutput: ${evalue}`] },
  };
}

function died(exit: KernelExit): Omit<Execution, "seconds"> {
  const evalue = `the kernel died: ${describeExit(exit)}`;
  const failure = { ename: "DeadKernel", evalue, traceback: `DeadKernel: ${evalue}`.split("\n") };
  return { status: "dead", executionCount: null, failure };
}
