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
  /** Bytes of the tensors and variables that are on the device of a PJRT plugin. */
  deviceBytes: number;
  /** Peak of that device's memory as its plugin tells it; null: there is none, or it does not, as a CPU's. */
  devicePeakBytes: number | null;
}

/** What the engine did in this process so far. @throws {EngineError} before `ready()` */
export function stats(): EngineStats {
  return { ...theRuntime().stats };
}

/** Looks at every tensor that is held: microseconds each. @throws {EngineError} before `ready()` */
export function memory(): EngineMemory {
  const { eager, pjrt } = theRuntime();
  return {
    tensors: tf.memory().numTensors,
    handles: eager.count,
    bytes: eager.bytes(),
    residentBytes: process.memoryUsage.rss(),
    peakResidentBytes: process.resourceUsage().maxRSS * 1024,
    deviceBytes: pjrt?.tensors.bytes ?? 0,
    devicePeakBytes: pjrt?.client.memory(pjrt.device)?.peakBytes ?? null,
  };
}
