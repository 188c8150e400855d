import { EventEmitter } from "node:events";

type Listen = (name: string | symbol, listener: () => void) => unknown;
const adding = ["on", "addListener", "once", "prependListener"] as const;
const removing = ["off", "removeListener"] as const;

/**
 * Keeps the SIGINT listeners that cells add off the process, and calls them on every interrupt.
 *
 * With a listener of its own, the process would take the signal from the thread that waits for it, and Node, which
 * removes listeners while a cell computes, would let the signal end the process.
 *
 * @returns a function that calls the listeners
 */
export function keepSigintListeners(): () => void {
  const own = new EventEmitter();
  const target = process as unknown as Record<string, Listen>;
  for (const name of [...adding, ...removing]) {
    const original = (target[name] as Listen).bind(process);
    target[name] = (event, listener) => {
      if (event !== "SIGINT") return original(event, listener);
      (own[name] as Listen)(event, listener);
      return process;
    };
  }
  return () => own.emit("SIGINT", "SIGINT", 2);
}
