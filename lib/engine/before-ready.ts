import * as tf from "@tensorflow/tfjs-core";
import { theRuntime } from "./runtime";

/** The private method through which TensorFlow.js looks for a backend, once, at the first op. */
interface BackendChooser {
  getSortedBackends(): string[];
  registryFactory: Record<string, unknown>;
}

/** Makes an op before `ready` an error that says so; TensorFlow.js's own, that its registry is empty, names no way out. */
export function askForReady(): void {
  const chooser = tf.engine() as unknown as BackendChooser;
  const sorted = chooser.getSortedBackends.bind(chooser);
  chooser.getSortedBackends = () => {
    if (Object.keys(chooser.registryFactory).length === 0) theRuntime();
    return sorted();
  };
}
