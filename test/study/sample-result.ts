import { evaluationVersion } from "../../lib/evaluate";
import { type Job, jobKey, libraryVersion, type Result } from "../../lib/study";

/** Where and when nothing was made. */
export const sampleMade: Result["made"] = {
  host: "here",
  finished: "2026-01-01T00:00:00.000Z",
  node: "20.0.0",
  tensorflow: "2.21.0",
  device: "cpu",
  threads: 1,
  steps: 4,
  trainSeconds: 1,
  evaluateSeconds: 1,
  finalLoss: 0.4,
  commit: null,
  clean: null,
};

/** A result as a worker writes it, with numbers of our choice. */
export function sampleResult(
  job: Job,
  fingerprint: string,
  accuracies: number[],
  evaluation = job.evaluations[0],
): Result {
  if (!evaluation) throw new Error("a job without an evaluation");
  return {
    format: 1,
    evaluationVersion: evaluationVersion(evaluation.protocol),
    library: libraryVersion,
    key: jobKey(job, fingerprint),
    source: job.source,
    run: job.run,
    data: fingerprint,
    evaluation,
    numbers: {
      accuracies,
      subsets: accuracies.map((_, index) => index),
      chosen: accuracies.map(() => ({ penalty: 1 })),
      labels: 100,
    },
    protocol: "frozen student",
    made: sampleMade,
    health: null,
  };
}
