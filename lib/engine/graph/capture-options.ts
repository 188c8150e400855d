import type { GraphObserver } from "./graph-builder";
import type { Precision } from "./precision";

/** What a capture is for. */
export interface CaptureOptions {
  compiler: "xla" | "graph";
  precision: Precision;
  device: "cpu" | "gpu";
  /** The name of the tf.Variable whose value has this number, or null. */
  variableOf(id: number): string | null;
  /** Whether a NaN or an infinity in an argument is an error. */
  checkFinite: boolean;
  /** Writes the graph in another form while it grows; null: TensorFlow's own graph is what is compiled. */
  observer: GraphObserver | null;
}
