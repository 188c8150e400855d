import type { Run } from "njepa";

/** Steps of a run on images of its own, the same on every machine. */
export interface TrialRun {
  run: Run;
  /** Side of the images before cropping. */
  rawSize: number;
}

/** A run whose step is timed beside PyTorch's. */
export interface TimedRun extends TrialRun {
  /** Steps per turn, and turns. */
  steps: number;
  rounds: number;
}

/** What a kit was packed with. */
export interface TrialSettings {
  golden: TrialRun & { losses: number[] };
  /** By precision. */
  speed: Record<"bfloat16" | "float32", TimedRun>;
}
