const ends = new Set<() => void>();
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs `end` when this process ends: by itself, by process.exit, or by a signal that nobody else listens to.
 *
 * Listeners are installed only while there is something to end. SIGKILL cannot be caught: kernels watch their parent.
 *
 * @param end must be synchronous
 * @returns a function that cancels it
 */
export function onExit(end: () => void): () => void {
  if (ends.size === 0) {
    process.on("exit", runEnds);
    for (const signal of signals) process.on(signal, onSignal);
  }
  ends.add(end);
  return () => {
    if (!ends.delete(end) || ends.size > 0) return;
    process.off("exit", runEnds);
    for (const signal of signals) process.off(signal, onSignal);
  };
}

function runEnds(): void {
  for (const end of [...ends]) end();
}

function onSignal(signal: NodeJS.Signals): void {
  // Another listener decides whether the process goes on; where it ends after all, "exit" or the next signal tells.
  if (process.listenerCount(signal) > 1) return;
  runEnds();
  // Without us the signal would have ended the process: it still must.
  process.off(signal, onSignal);
  process.kill(process.pid, signal);
}
