import type * as tf from "@tensorflow/tfjs-core";
import { EngineError } from "../errors";
import type { OpAttribute } from "./attributes";
import { type NodeBackend, registerBackend } from "./backend";
import type { OpSink } from "./binding";
import { type CApi, loadCApi, type Pointer } from "./c-api";
import type { CapturedGraph } from "./capture";
import { EagerOps } from "./eager";
import { OpDefinitions } from "./op-definition";
import { findTensorFlow, type TensorFlowLibrary } from "./provision";
import { type EngineStats, noStats } from "./stats";
import { check } from "./status";
import { createTurns, type Turns } from "./turn";

/** One device that TensorFlow found. */
export interface DeviceInfo {
  name: string;
  type: string;
  bytes: number;
}

/** What the engine runs on. */
export interface EngineInfo {
  tensorflow: string;
  library: TensorFlowLibrary;
  devices: DeviceInfo[];
  device: "cpu" | "gpu";
}

/** TensorFlow in this process: there is one, like the backend that TensorFlow.js registers. */
export interface Runtime {
  api: CApi;
  context: Pointer;
  definitions: OpDefinitions;
  eager: EagerOps;
  backend: NodeBackend;
  info: EngineInfo;
  /** The function being captured, or null while ops run at once. Capturing is synchronous, so there is never a second one. */
  capture: CapturedGraph | null;
  /** For calls that must not overlap. */
  turns: Turns;
  stats: EngineStats;
  /** Whether TensorFlow was told to be deterministic. */
  deterministic: boolean;
}

let runtime: Runtime | null = null;
let starting: Promise<EngineInfo> | null = null;

/** The running engine. @throws {EngineError} before `ready()` */
export function theRuntime(): Runtime {
  if (runtime) return runtime;
  throw new EngineError("The engine is not up yet: `await njepa.ready()` first.");
}

/**
 * Brings TensorFlow up in this process, once; further calls give the same answer.
 *
 * Finds libtensorflow, or fetches it into the user's cache, loads it, and registers it as TensorFlow.js' backend, so
 * that every `tf.*` op runs on it.
 *
 * @returns version, where the library was found, and the devices
 * @throws {EngineError} when no library can be had, saying what was tried and what to do
 */
export function ready(
  options: { device?: "auto" | "cpu" | "gpu"; onProgress?: (line: string) => void } = {},
): Promise<EngineInfo> {
  starting ??= start(options).catch((error) => {
    starting = null;
    throw error;
  });
  return starting;
}

async function start(options: {
  device?: "auto" | "cpu" | "gpu";
  onProgress?: (line: string) => void;
}): Promise<EngineInfo> {
  const location = await findTensorFlow({
    ...(options.device && options.device !== "auto" ? { device: options.device } : {}),
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
  });
  // TensorFlow writes its own notices to stderr from the moment it is loaded; warnings and errors still come.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  // Its default, said aloud, so that TensorFlow does not print a notice about it.
  process.env.TF_ENABLE_ONEDNN_OPTS ??= "1";
  const api = loadCApi(location);
  const context = newContext(api);
  const devices = listDevices(api, context);
  const gpu = devices.some(({ type }) => type === "GPU");
  if (options.device === "gpu" && !gpu) {
    throw new EngineError(
      `device "gpu" was asked for, and TensorFlow ${api.version} in ${location.directory} sees only ` +
        `${devices.map(({ name }) => name).join(", ")}. Use device "auto" or "cpu", or see "npm run doctor".`,
    );
  }
  const stats = noStats();
  const definitions = new OpDefinitions(api);
  const eager = new EagerOps(api, context, definitions, stats);
  const info: EngineInfo = { tensorflow: api.version, library: location, devices, device: gpu ? "gpu" : "cpu" };
  const parts = {
    api,
    context,
    definitions,
    eager,
    info,
    stats,
    capture: null,
    turns: createTurns(),
    deterministic: false,
  };
  const created = parts as unknown as Runtime;
  created.backend = registerBackend(created);
  runtime = created;
  return info;
}

function newContext(api: CApi): Pointer {
  const status = api.newStatus();
  const options = api.newContextOptions();
  // ConfigProto { gpu_options: { allow_growth: true } }: field 6, length 2, then field 4 = 1. Without it TensorFlow
  // takes all of a GPU's memory at once.
  const config = Uint8Array.of(0x32, 0x02, 0x20, 0x01);
  api.setConfig(options, config, config.length, status);
  check(api, status, "the configuration");
  const context = api.newContext(options, status);
  api.deleteContextOptions(options);
  check(api, status, "starting");
  api.deleteStatus(status);
  return context;
}

function listDevices(api: CApi, context: Pointer): DeviceInfo[] {
  const status = api.newStatus();
  const list = api.listDevices(context, status);
  check(api, status, "listing devices");
  const devices = Array.from({ length: api.deviceCount(list) }, (_, index) => ({
    name: api.deviceName(list, index, status).replace(/^.*device:/, ""),
    type: api.deviceType(list, index, status),
    bytes: Number(api.deviceBytes(list, index, status)),
  }));
  api.deleteDeviceList(list);
  api.deleteStatus(status);
  return devices;
}

/** Runs a TensorFlow op that tf.* does not offer, eagerly or into the capture, and gives its outputs as tensors. */
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
