import type { CellFailure } from "../failure";
import type { Message } from "../message";
import type { KernelClient, PendingRequest } from "./client";
import { describeExit, type KernelExit } from "./kernel-process";

export interface ExecuteOptions {
  /** Seconds the code may run before it is interrupted. Default: no limit. */
  timeout?: number;
  /** Seconds an interrupted cell has to end before the kernel is killed. Default 5. */
  grace?: number;
  /** Receives what the code publishes, in order (streams, displays, results, errors, status), even after its end. */
  onOutput?: (message: Message) => void;
  /** Seconds of silence after the reply before output whose end is still missing counts as lost. Default 10. */
  lostAfter?: number;
}

/**
 * How the code ended. A kernel that was killed after a timeout reports "timeout" and is gone. "lost": the code ran, but
 * some of what it published did not arrive.
 */
export interface Execution {
  status: "ok" | "error" | "aborted" | "timeout" | "dead" | "lost";
  executionCount: number | null;
  seconds: number;
  /** Set unless the status is "ok" or "aborted". */
  failure?: CellFailure;
}

/** `lost` resolves when the kernel has replied and then falls silent without having announced the end of the output. */
export function silenceAfter(
  client: Pick<KernelClient, "heard">,
  request: PendingRequest,
  seconds: number,
): { lost: Promise<Lost>; stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const lost = new Promise<Lost>((resolve) => {
    void request.reply.then((reply) => {
      if (stopped) return;
      timer = setInterval(() => {
        if (performance.now() - client.heard < 1000 * seconds) return;
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

export function answered({ content }: Message): Omit<Execution, "seconds"> {
  const executionCount = typeof content.execution_count === "number" ? content.execution_count : null;
  if (content.status === "ok") return { status: "ok", executionCount };
  // "abort" is tslab's own term.
  if (content.status !== "error") return { status: "aborted", executionCount };
  const { ename, evalue, traceback } = content as Partial<CellFailure>;
  const failure = { ename: ename ?? "Error", evalue: evalue ?? "the cell failed", traceback: traceback ?? [] };
  return { status: "error", executionCount, failure };
}

/** The kernel has replied, but something that it published has not arrived. */
export interface Lost {
  missing: string;
  reply: Message;
}

export function lost(what: string, executionCount: number | null): Omit<Execution, "seconds"> {
  const evalue = `the cell ran, but its output is not whole: ${what}`;
  return {
    status: "lost",
    executionCount,
    failure: { ename: "LostOutput", evalue, traceback: [`LostOutput: ${evalue}`] },
  };
}

export function died(exit: KernelExit): Omit<Execution, "seconds"> {
  const evalue = `the kernel died: ${describeExit(exit)}`;
  const failure = { ename: "DeadKernel", evalue, traceback: `DeadKernel: ${evalue}`.split("\n") };
  return { status: "dead", executionCount: null, failure };
}
