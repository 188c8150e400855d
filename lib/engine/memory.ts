import * as tf from "@tensorflow/tfjs-core";
import { peakResidentBytes } from "../system";
import { theRuntime } from "./runtime";
import type { EngineStats } from "./stats";

/** What the engine holds now. Memory shared by two tensors is counted for each. */
export interface EngineMemory {
  /** Tensors TensorFlow.js knows of, including those the leak finalizer has freed. */
  tensors: number;
  /** Tensors and variables TensorFlow holds for this process. */
  handles: number;
  /** Bytes of those tensors, excluding variables. */
  bytes: number;
  /** Resident memory of the process now, and its peak. On a CPU this includes the device's memory. */
  residentBytes: number;
  peakResidentBytes: number;
  /** Bytes of the tensors and variables on a PJRT plugin's device. */
  deviceBytes: number;
  /** Peak of that device's memory as its plugin reports it; null without a plugin or if, like a CPU's, it does not. */
  devicePeakBytes: number | null;
}

/** What the engine has done in this process so far. @throws {EngineError} before `ready()` */
export function stats(): EngineStats {
  return { ...theRuntime().stats };
}

/** What the engine holds now; looking takes microseconds per tensor. @throws {EngineError} before `ready()` */
export function memory(): EngineMemory {
  const { eager, pjrt } = theRuntime();
  return {
    tensors: tf.memory().numTensors,
    handles: eager.count,
    bytes: eager.bytes(),
    residentBytes: process.memoryUsage.rss(),
    peakResidentBytes: peakResidentBytes("self") ?? process.memoryUsage.rss(),
    deviceBytes: pjrt?.tensors.bytes ?? 0,
    devicePeakBytes: pjrt?.client.memory(pjrt.device)?.peakBytes ?? null,
  };
}
