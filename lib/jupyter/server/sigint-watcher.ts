import { nodeInternals } from "../node-internals";
import { logLine } from "./kernel-log";

/** Node's own watch for SIGINT, one for all threads, which `node:vm` uses for `breakOnSigint`. */
interface SigintWatch {
  startSigintWatchdog(): void;
  stopSigintWatchdog(): boolean;
  watchdogHasPendingSigint(): boolean;
}

const everyMilliseconds = 50;

/**
 * Calls `onSignal` for a SIGINT that arrives while no cell is in its synchronous part, which `node:vm` stops itself.
 *
 * A listener on the process would be called only when the main thread is free, and Node removes listeners while a cell
 * computes, so that the signal would end the process. While this watch is on, it does not.
 */
export function watchSigint(onSignal: () => void): void {
  if (process.platform === "win32") return;
  const watch = nodeInternals<SigintWatch>("contextify");
  if (watch?.startSigintWatchdog === undefined) {
    logLine("this version of Node does not let SIGINT be heard while a cell computes");
    return;
  }
  watch.startSigintWatchdog();
  setInterval(() => {
    if (!watch.watchdogHasPendingSigint()) return;
    // Stopping a second one clears the pending signal.
    watch.startSigintWatchdog();
    watch.stopSigintWatchdog();
    onSignal();
  }, everyMilliseconds);
}
