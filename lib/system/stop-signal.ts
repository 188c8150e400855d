import { constants } from "node:os";

/** An abort signal triggered by a process signal; `release` stops listening. */
export interface StopSignal {
  signal: AbortSignal;
  /** The process signal received, if any. */
  readonly received: NodeJS.Signals | undefined;
  /** 128 + the number of the signal received, as shells have it; null where there was none. */
  readonly exitCode: number | null;
  release(): void;
}

/**
 * Turns the first of these process signals into an abort, so that `train` and `trainRun` end after the current step;
 * a second one ends the process at once, as if nobody had been listening.
 *
 * Schedulers and shutdowns send SIGTERM, Ctrl-C sends SIGINT; Slurm's `--signal` takes any, such as SIGUSR2.
 */
export function stopSignal(names: readonly NodeJS.Signals[] = ["SIGTERM", "SIGINT"]): StopSignal {
  const controller = new AbortController();
  let received: NodeJS.Signals | undefined;
  const release = () => {
    for (const name of names) process.off(name, stop);
  };
  const stop = (name: NodeJS.Signals) => {
    received = name;
    // After the other listeners, who see from ours that the process goes on.
    setImmediate(release);
    controller.abort(new Error(`${name} was received`));
  };
  for (const name of names) process.on(name, stop);
  return {
    signal: controller.signal,
    get received() {
      return received;
    },
    get exitCode() {
      return received === undefined ? null : 128 + constants.signals[received];
    },
    release,
  };
}
