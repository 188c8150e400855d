import * as tf from "@tensorflow/tfjs-core";
import { EngineError } from "../errors";
import { ATTRIBUTE, type OpAttribute } from "./attributes";
import type { OpSink, TensorMetadata } from "./binding";
import { type CApi, loadCApi, type Pointer } from "./c-api";
import type { CapturedGraph } from "./capture";
import { TF } from "./dtype";
import { EagerOps } from "./eager";
import type { HostValues } from "./host-tensor";
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

/** The two private methods of tfjs-node's backend through which a tensor gets and shows its number in the binding. */
interface NodeBackend extends tf.KernelBackend {
  createOutputTensor(metadata: TensorMetadata): tf.Tensor;
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): number[];
}

/** TensorFlow in this process: there is one, like the backend that TensorFlow.js registers. */
export interface Runtime {
  api: CApi;
  context: Pointer;
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
  const eager = new EagerOps(api, context, stats);
  const info: EngineInfo = { tensorflow: api.version, library: location, devices, device: gpu ? "gpu" : "cpu" };
  const parts = { api, context, eager, info, stats, capture: null, turns: createTurns(), deterministic: false };
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

function registerBackend(created: Runtime): NodeBackend {
  // Node 23 removed this function, and tfjs-node 4.22 calls it.
  const util: Record<string, unknown> = require("node:util");
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  const { NodeJSKernelBackend } = require("@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend") as {
    NodeJSKernelBackend: new (binding: unknown, packageName: string) => NodeBackend;
  };
  require("@tensorflow/tfjs-node-gpu/dist/register_all_kernels");
  const backend = new NodeJSKernelBackend(bindingOf(created), "@tensorflow/tfjs-node-gpu");
  tf.registerBackend("tensorflow", () => backend, 3);
  tf.setBackend("tensorflow");
  gatherWithoutReading(created);
  return backend;
}

/** What tfjs-node's kernels call: constants, and five functions that go to eager execution or to the capture. */
function bindingOf(created: Runtime) {
  const sink = (): OpSink => created.capture ?? created.eager;
  return {
    TF_FLOAT: TF.float32,
    TF_INT32: TF.int32,
    TF_INT64: TF.int64,
    TF_BOOL: TF.bool,
    TF_COMPLEX64: TF.complex64,
    TF_STRING: TF.string,
    TF_RESOURCE: TF.resource,
    TF_UINT8: TF.uint8,
    TF_ATTR_STRING: ATTRIBUTE.string,
    TF_ATTR_INT: ATTRIBUTE.int,
    TF_ATTR_FLOAT: ATTRIBUTE.float,
    TF_ATTR_BOOL: ATTRIBUTE.bool,
    TF_ATTR_TYPE: ATTRIBUTE.type,
    TF_ATTR_SHAPE: ATTRIBUTE.shape,
    TF_ATTR_RESOURCE: ATTRIBUTE.resource,
    TF_Version: created.api.version,
    isUsingGpuDevice: () => created.info.device === "gpu",
    getNumOfTensors: () => created.eager.count,
    createTensor: (shape: number[], dtype: number | keyof typeof TF, values: HostValues) =>
      created.eager.createTensor(shape, typeof dtype === "string" ? TF[dtype] : dtype, values),
    deleteTensor: (id: number) => (id < 0 ? created.capture?.forget(id) : created.eager.forget(id)),
    tensorDataSync: (id: number) => {
      if (id < 0 && created.capture) throw created.capture.refuseToRead(id);
      return created.eager.read(id);
    },
    executeOp: (name: string, attributes: OpAttribute[], inputIds: number[], outputs: number) =>
      sink().executeOp(name, trueTypes(sink(), name, attributes, inputIds), inputIds, outputs),
  };
}

/** TensorFlow.js calls uint8 and int64 tensors "int32"; a Cast from one must be told what it really casts. */
function trueTypes(sink: OpSink, name: string, attributes: OpAttribute[], inputIds: number[]): OpAttribute[] {
  if (name !== "Cast") return attributes;
  const actual = sink.dtypeOf(inputIds[0] as number);
  return attributes.map((attribute) => (attribute.name === "SrcT" ? { ...attribute, value: actual } : attribute));
}

/**
 * tfjs-node's GatherV2 reads its indices on the host to check them. That waits for the device at every call and cannot
 * be captured; TensorFlow's own kernel checks them on a CPU.
 */
function gatherWithoutReading(created: Runtime): void {
  tf.unregisterKernel("GatherV2", "tensorflow");
  tf.registerKernel({
    kernelName: "GatherV2",
    backendName: "tensorflow",
    kernelFunc: ({ inputs, attrs }) => {
      const { x, indices } = inputs as { x: tf.TensorInfo; indices: tf.TensorInfo };
      const { axis, batchDims } = attrs as unknown as { axis: number; batchDims: number };
      const axisTensor = tf.scalar(axis, "int32");
      const [x_, indices_, axis_] = created.backend.getInputTensorIds([x, indices, axisTensor]) as [
        number,
        number,
        number,
      ];
      const sink: OpSink = created.capture ?? created.eager;
      const types = { Tparams: x_, Tindices: indices_, Taxis: axis_ };
      const [output] = sink.executeOp(
        "GatherV2",
        [
          { name: "batch_dims", type: ATTRIBUTE.int, value: batchDims },
          ...Object.entries(types).map(([name, id]) => ({ name, type: ATTRIBUTE.type, value: sink.dtypeOf(id) })),
        ],
        [x_, indices_, axis_],
        1,
      );
      axisTensor.dispose();
      return created.backend.createOutputTensor(output as TensorMetadata);
    },
  });
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
