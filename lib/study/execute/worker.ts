/** A child process of the local executor that takes jobs one after another from its parent's channel. */
import type { Job } from "../job";
import { openStore } from "../store/store";
import { type JobEnd, type JobProgress, runJob } from "./run-job";

/** Message from the parent. */
export type WorkerOrder = { job: Job; store: string; published: boolean; checkpointEvery?: number } | { stop: true };

/** Message from the worker. */
export type WorkerNews = { progress: JobProgress } | { end: JobEnd };

const stopping = new AbortController();
const tell = (news: WorkerNews) => process.send?.(news);

process.on("message", async (order: WorkerOrder) => {
  if ("stop" in order) return stopping.abort();
  const { job, store, published, checkpointEvery } = order;
  const end = await runJob(job, openStore(store, { published }), {
    signal: stopping.signal,
    ...(checkpointEvery === undefined ? {} : { checkpointEvery }),
    onProgress: (progress) => tell({ progress }),
  });
  tell({ end });
});
// The parent is gone: save, and leave the rest to the next executor.
process.on("disconnect", () => {
  stopping.abort();
  process.exitCode = 0;
});
// Ctrl-C reaches the whole process group; the parent decides.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => stopping.abort());
