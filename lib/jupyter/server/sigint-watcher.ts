import { Script } from "node:vm";
import { isMainThread, type MessagePort, workerData } from "node:worker_threads";

/**
 * A thread that sleeps until SIGINT comes, tells so, and sleeps again.
 *
 * Node gives the signal to the code that was last started with `breakOnSigint`: to a cell's own, while that runs, and to this
 * otherwise. A listener on the process would only be called when the main thread is free.
 */
function listen(port: MessagePort): void {
  const word = "Symbol.for('njepa.kernel.sigint')";
  Object.assign(globalThis, { [Symbol.for("njepa.kernel.sigint")]: new Int32Array(new SharedArrayBuffer(4)) });
  const sleep = new Script(`for (;;) Atomics.wait(globalThis[${word}], 0, 0, 3_600_000);`);
  for (;;) {
    try {
      sleep.runInThisContext({ breakOnSigint: true });
    } catch {
      port.postMessage("SIGINT");
    }
  }
}

if (!isMainThread) listen(workerData as MessagePort);
