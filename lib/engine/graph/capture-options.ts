import type { GraphObserver } from "./graph-builder";
import type { Precision } from "./precision";

/** Options of a capture. */
export interface CaptureOptions {
  compiler: "xla" | "graph";
  precision: Precision;
  device: "cpu" | "gpu";
  /** The name of the tf.Variable whose value has this tensor number, or null. */
  variableOf(id: number): string | null;
  /** Whether a NaN or an infinity in an argument is an error. */
  checkFinite: boolean;
  /** Writes the graph in another form as it grows; null if TensorFlow's own graph is to be compiled. */
  observer: GraphObserver | null;
}
