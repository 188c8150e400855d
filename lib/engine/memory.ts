import * as tf from "@tensorflow/tfjs-core";
import { theRuntime } from "./runtime";
import type { EngineStats } from "./stats";

/** What the engine holds now. Bytes count each tensor's own memory, also where two share it. */
export interface EngineMemory {
  /** Tensors that TensorFlow.js knows of; those that the leak finalizer freed are still counted. */
  tensors: number;
  /** Tensors and variables that TensorFlow holds for this process. */
  handles: number;
  /** Bytes of those tensors; what variables hold is not in it. */
  bytes: number;
  /** Resident memory of the process now, and its peak. On a CPU this is the device's memory too. */
  residentBytes: number;
  peakResidentBytes: number;
  /** Peak of a GPU's memory; null: TensorFlow's C API does not tell it, and a CPU has none of its own. */
  devicePeakBytes: number | null;
}

/** What the engine did in this process so far. @throws {EngineError} before `ready()` */
export function stats(): EngineStats {
  return { ...theRuntime().stats };
}

/** Looks at every tensor that is held: microseconds each. @throws {EngineError} before `ready()` */
export function memory(): EngineMemory {
  const { eager } = theRuntime();
  return {
    tensors: tf.memory().numTensors,
    handles: eager.count,
    bytes: eager.bytes(),
    residentBytes: process.memoryUsage.rss(),
    peakResidentBytes: process.resourceUsage().maxRSS * 1024,
    devicePeakBytes: null,
  };
}
