import { Worker } from "node:worker_threads";
import { createMutex } from "./mutex";

/** A thread of its own for work that a stranger's file may keep busy forever. */
export interface LimitedThread {
  /**
   * The thread's answer to one request; requests are answered one after another.
   *
   * @throws when the thread answers with an error, ends, takes longer than `seconds` or runs out of memory; the last two
   *   end it, and the next request starts another
   */
  ask(request: unknown, seconds: number): Promise<unknown>;
}

/** Answers `{ result }` or `{ error }` to each message: what the thread's own file posts. */
export interface ThreadAnswer {
  result?: unknown;
  error?: string;
}

/**
 * @param file          compiled file that the thread runs, started by the first request
 * @param heapMegabytes limit of its JavaScript heap
 */
export function limitedThread(file: string, heapMegabytes: number): LimitedThread {
  const inTurn = createMutex();
  let worker: Worker | null = null;
  const start = async () => {
    const fresh = new Worker(file, { resourceLimits: { maxOldGenerationSizeMb: heapMegabytes } });
    // Also between two requests, of which the next must not wait for it.
    fresh.on("exit", () => {
      if (worker === fresh) worker = null;
    });
    // Loading takes long on a busy machine and must not count as working.
    await new Promise((resolve, reject) => fresh.once("online", resolve).once("error", reject));
    return fresh;
  };
  return {
    ask: (request, seconds) =>
      inTurn.runExclusive(async () => {
        worker ??= await start();
        const asked = worker;
        asked.ref();
        return new Promise((resolve, reject) => {
          const finish = (work: () => void) => {
            clearTimeout(timer);
            asked.off("message", onMessage).off("error", onError).off("exit", onExit);
            asked.unref();
            work();
          };
          const giveUp = (reason: string) =>
            finish(() => {
              worker = null;
              asked.on("error", () => {});
              void asked.terminate();
              reject(new Error(reason));
            });
          const onMessage = ({ result, error }: ThreadAnswer) =>
            finish(() => (error === undefined ? resolve(result) : reject(new Error(error))));
          const onError = (error: Error) => giveUp(error.message);
          const onExit = () => giveUp("its thread has ended");
          const timer = setTimeout(() => giveUp(`no answer in ${Math.round(seconds)} s`), seconds * 1000);
          asked.on("message", onMessage).on("error", onError).on("exit", onExit);
          try {
            asked.postMessage(request);
          } catch (error) {
            // Nested too deeply to be copied, for one.
            finish(() => reject(error));
          }
        });
      }),
  };
}
