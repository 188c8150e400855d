import * as tf from "@tensorflow/tfjs-core";
import { EngineError } from "../errors";
import { type BackendOp, backendOps, type RunOp } from "./backend-ops";
import { refuseVariable } from "./graph/refuse-variable";
import { ATTRIBUTE, type OpAttribute } from "./native/attributes";
import { callSite } from "./native/call-site";
import { dtypeName, TF } from "./native/dtype";
import type { HostValues } from "./native/host-tensor";
import type { OpSink, TensorMetadata } from "./native/op-sink";
import type { NodeBackend } from "./node-backend";
import type { Runtime } from "./runtime";

/** Makes the engine TensorFlow.js's backend: tfjs-node's ops and ours on top of our binding. */
export function registerBackend(runtime: Runtime): NodeBackend {
  // tfjs-node 4.22 calls these two; Node 22 prints a warning at the first call, and Node 23 has removed them.
  const util: Record<string, unknown> = require("node:util");
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  util.isArray = Array.isArray;
  const { NodeJSKernelBackend } = require("@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend") as {
    NodeJSKernelBackend: new (binding: unknown, packageName: string) => NodeBackend;
  };
  require("@tensorflow/tfjs-node-gpu/dist/register_all_kernels");
  const backend = new NodeJSKernelBackend(bindingOf(runtime), "@tensorflow/tfjs-node-gpu");
  takeOverTensors(backend, runtime);
  guardVariables(backend, runtime);
  tf.registerBackend("tensorflow", () => backend, 3);
  tf.setBackend("tensorflow");
  for (const op of backendOps) registerOp(op, runOpOn(runtime, backend));
  return backend;
}

/** What tfjs-node's backend keeps of a tensor's data; `values` are uploaded only once an op needs them. */
interface TensorData {
  shape: number[];
  dtype: number;
  values: HostValues | null;
  id: number;
  refCount: number;
}

const DTYPES: Record<number, tf.DataType> = {
  [TF.float32]: "float32",
  // TensorFlow.js has no such dtype: see ops/float64.ts.
  [TF.float64]: "float32",
  [TF.int32]: "int32",
  [TF.int64]: "int32",
  [TF.uint8]: "int32",
  [TF.bool]: "bool",
  [TF.complex64]: "complex64",
  [TF.string]: "string",
};

/**
 * Replaces the two methods of tfjs-node's backend through which every tensor passes: using a disposed tensor is
 * reported as such, and an unreachable one is freed.
 */
function takeOverTensors(backend: NodeBackend, { eager, leakFinalizer }: Runtime): void {
  const { tensorMap } = backend as unknown as { tensorMap: tf.DataStorage<TensorData> };
  const release = (data: TensorData) => eager.forget(data.id);

  backend.createOutputTensor = ({ id, shape, dtype }) => {
    const name = DTYPES[dtype];
    if (name === undefined) throw new EngineError(`TensorFlow.js has no dtype for TensorFlow's ${dtypeName(dtype)}.`);
    const dataId = {};
    const data: TensorData = { shape, dtype, id, values: null, refCount: 1 };
    tensorMap.set(dataId, data);
    if (eager.owns(id)) leakFinalizer.watch(dataId, data, release);
    return tf.engine().makeTensorFromTensorInfo({ dataId, shape, dtype: name });
  };

  backend.getInputTensorIds = (tensors) =>
    tensors.map((tensor) => {
      // tfjs-node's stand-in for a scalar of int64.
      const { valueArray } = tensor as unknown as { valueArray?: Int32Array };
      if (valueArray !== undefined) return eager.createTensor([], TF.int64, new BigInt64Array(valueArray.buffer));
      // A tensor neither here nor disposed is in another of TensorFlow.js's backends, from which `get` fetches it.
      if (!tensorMap.has(tensor.dataId) && (tensor as tf.Tensor).isDisposed)
        throw new EngineError(`A tensor of shape [${tensor.shape}] was used${callSite()} after it was disposed.`);
      const data = tensorMap.get(tensor.dataId);
      if (data.values !== null) {
        data.id = eager.createTensor(data.shape, data.dtype, data.values);
        data.values = null;
        leakFinalizer.watch(tensor.dataId, data, release);
      }
      return data.id;
    });
}

/** Forbids captured functions to make, assign or use TensorFlow.js's own variables. */
function guardVariables(backend: NodeBackend, runtime: Runtime): void {
  const { tensorMap } = backend as unknown as { tensorMap: tf.DataStorage<TensorData> };
  backend.variableOf = (id) => {
    const variables = Object.values(tf.engine().registeredVariables);
    const found = variables.find(({ dataId }) => tensorMap.has(dataId) && tensorMap.get(dataId).id === id);
    return found?.name ?? null;
  };
  const engine = tf.engine();
  const make = engine.makeVariable.bind(engine);
  engine.makeVariable = (initial, trainable, name, dtype) => {
    if (runtime.capture) throw refuseVariable(name === undefined ? "was made" : `"${name}" was made`);
    return make(initial, trainable, name, dtype);
  };
  const { assign } = tf.Variable.prototype;
  tf.Variable.prototype.assign = function (this: tf.Variable, value: tf.Tensor) {
    if (runtime.capture) throw refuseVariable(`"${this.name}" was assigned`);
    assign.call(this, value);
  };
}

const sinkOf = (runtime: Runtime): OpSink => runtime.capture ?? runtime.eager;

function registerOp({ name, run }: BackendOp, runOp: RunOp): void {
  if (tf.getKernel(name, "tensorflow")) tf.unregisterKernel(name, "tensorflow");
  tf.registerKernel({
    kernelName: name,
    backendName: "tensorflow",
    kernelFunc: ({ inputs, attrs }) =>
      run({ inputs: inputs as Record<string, tf.TensorInfo>, attrs: attrs ?? {} }, runOp),
  });
}

function runOpOn(runtime: Runtime, backend: NodeBackend): RunOp {
  const cast = (id: number, to: number): TensorMetadata =>
    sinkOf(runtime).executeOp(
      "Cast",
      [{ name: "DstT", type: ATTRIBUTE.type, value: to }],
      [id],
      1,
    )[0] as TensorMetadata;
  return (name, inputs, { attributes = [], outputs = 1, int64 = [] } = {}) => {
    const ids = backend.getInputTensorIds(inputs);
    const widened = new Map(int64.map((place) => [place, cast(ids[place] as number, TF.int64).id]));
    const given = ids.map((id, place) => widened.get(place) ?? id);
    try {
      return sinkOf(runtime)
        .executeOp(name, attributes, given, outputs)
        .map((output) => {
          if (output.dtype !== TF.int64) return backend.createOutputTensor(output);
          const narrow = cast(output.id, TF.int32);
          sinkOf(runtime).forget(output.id);
          return backend.createOutputTensor(narrow);
        });
    } finally {
      for (const id of widened.values()) sinkOf(runtime).forget(id);
    }
  };
}

/** The binding that tfjs-node's ops call: constants, and five functions that go to eager execution or the capture. */
function bindingOf(runtime: Runtime) {
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
    TF_Version: runtime.api.version,
    isUsingGpuDevice: () => false,
    getNumOfTensors: () => runtime.eager.count,
    createTensor: (shape: number[], dtype: number | keyof typeof TF, values: HostValues) =>
      runtime.eager.createTensor(shape, typeof dtype === "string" ? TF[dtype] : dtype, values),
    deleteTensor: (id: number) => (id < 0 ? runtime.capture?.forget(id) : runtime.eager.forget(id)),
    tensorDataSync: (id: number) => {
      if (id < 0 && runtime.capture) throw runtime.capture.refuseToRead(id);
      return runtime.eager.read(id);
    },
    executeOp: (name: string, attributes: OpAttribute[], inputIds: number[], outputs: number) =>
      sinkOf(runtime).executeOp(name, attributes, inputIds, outputs),
  };
}
