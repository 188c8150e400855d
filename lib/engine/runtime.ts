import type * as tf from "@tensorflow/tfjs-core";
import { EngineError } from "../errors";
import type { Mutex } from "../system";
import type { QueuedCalls } from "./compile/queued-calls";
import type { XlaPrograms } from "./compile/xla-programs";
import type { CapturedGraph } from "./graph/capture";
import type { LeakFinalizer } from "./leak-finalizer";
import type { OpAttribute } from "./native/attributes";
import type { CApi } from "./native/c-api";
import type { DeviceInfo } from "./native/context";
import type { EagerOps } from "./native/eager";
import type { OpDefinitions } from "./native/op-definition";
import type { OpSink } from "./native/op-sink";
import type { Pointer } from "./native/pointer";
import type { NodeBackend } from "./node-backend";
import type { PjrtInfo, ProgramDevice } from "./pjrt/device";
import type { ProgramCache, ProgramCacheState } from "./programs/program-cache";
import type { TensorFlowLibrary } from "./provision";
import type { EngineStats } from "./stats";

/** What the engine runs on. */
export interface EngineInfo {
  tensorflow: string;
  library: TensorFlowLibrary;
  devices: DeviceInfo[];
  /** Where functions are compiled to run; `gpu` is any accelerator. */
  device: "cpu" | "gpu";
  /** The PJRT plugin that was started, or null. */
  pjrt: PjrtInfo | null;
  /** State of the cache of compiled programs kept between processes. */
  programs: ProgramCacheState;
}

/** What compiles functions: TensorFlow's XLA, a PJRT plugin, or the better of those available. */
export type BackendChoice = "auto" | "tensorflow" | "pjrt";

/** TensorFlow in this process: there is only one, like the backend TensorFlow.js registers. */
export interface Runtime {
  api: CApi;
  context: Pointer;
  definitions: OpDefinitions;
  eager: EagerOps;
  backend: NodeBackend;
  info: EngineInfo;
  /** The function being captured, or null while ops run eagerly. Capture is synchronous, so there is at most one. */
  capture: CapturedGraph | null;
  /** What `auto` compiles with. */
  compiles: "tensorflow" | "pjrt";
  /** The device of a PJRT plugin; null: none was started. */
  pjrt: ProgramDevice | null;
  /** Null if compiled programs are not kept. */
  programs: ProgramCache | null;
  /** TensorFlow's XLA programs in this process's memory. */
  xla: XlaPrograms;
  /** For calls that must not overlap. */
  mutex: Mutex;
  /** Calls not awaited by their callers. */
  queued: QueuedCalls;
  stats: EngineStats;
  leakFinalizer: LeakFinalizer;
  /** Whether TensorFlow was told to be deterministic. */
  deterministic: boolean;
}

let runtime: Runtime | null = null;

/** The running engine. @throws {EngineError} before `ready()` */
export function theRuntime(): Runtime {
  if (runtime) return runtime;
  throw new EngineError("The engine is not up yet: `await njepa.ready()` first.");
}

/** Sets what `theRuntime` returns from now on. */
export function setRuntime(started: Runtime): void {
  runtime = started;
}

/** The outputs of a TensorFlow op that tf.* does not offer, run eagerly or added to the capture. */
export function runOp(
  name: string,
  attributes: readonly OpAttribute[],
  inputs: readonly tf.Tensor[],
  outputs = 1,
): tf.Tensor[] {
  const { backend, eager, capture } = theRuntime();
  const sink: OpSink = capture ?? eager;
  return sink
    .executeOp(name, attributes, backend.getInputTensorIds(inputs), outputs)
    .map((metadata) => backend.createOutputTensor(metadata));
}

/** The error for something TensorFlow can do but its C API does not expose. */
export function lacks(what: string, { directory }: TensorFlowLibrary): EngineError {
  return new EngineError(
    `${what} was asked for, and the TensorFlow in ${directory} does not export the function that sets it. Use the build ` +
      `that "npm run setup" fetches, or do not ask for it.`,
  );
}
