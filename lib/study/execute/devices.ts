import { spawnSync } from "node:child_process";
import { availableParallelism, totalmem } from "node:os";

/** Memory reserved per CPU training: three times what a training of preset `small` takes. */
const BYTES_PER_WORKER = 4 * 2 ** 30;

/** GPUs that this process may use, as CUDA_VISIBLE_DEVICES names them. */
export function visibleGpus(): string[] {
  const given = process.env.CUDA_VISIBLE_DEVICES;
  if (given !== undefined) return given.split(",").filter((name) => name !== "" && name !== "-1");
  const asked = spawnSync("nvidia-smi", ["--query-gpu=index", "--format=csv,noheader"], { encoding: "utf8" });
  // A driver without a device says so in words.
  return asked.status === 0 ? asked.stdout.split(/\s*\n/).filter((line) => /^\d+$/.test(line)) : [];
}

/** Number of concurrent trainings: one per GPU; without a GPU, one per core as far as memory allows. */
export function defaultWorkers(gpus: readonly string[]): number {
  if (gpus.length > 0) return gpus.length;
  const memory = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  return Math.max(1, Math.min(availableParallelism(), Math.floor(memory / BYTES_PER_WORKER)));
}
