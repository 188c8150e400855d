import { z } from "zod";

/** How the loop runs; nothing here is a setting of the method. */
export const TrainConfig = z.strictObject({
  /** Stop after so many steps, schedules unchanged; for tests and first looks. */
  maxSteps: z.int().positive().optional(),
  /** Pad the context to a multiple of so many patches, so that few shapes are compiled; changes no number. */
  contextBucket: z.int().positive().default(8),
  /** `xla` compiles the step as one program; `graph` runs TensorFlow's kernels one by one. */
  compiler: z.enum(["xla", "graph"]).default("xla"),
  /** Number format of the step. */
  precision: z.enum(["float32"]).default("float32"),
});
export interface TrainConfig extends z.infer<typeof TrainConfig> {}
