/** TensorFlow as a compute engine: found or fetched, called through its C API, eager or captured and compiled. */

import { askForReady } from "./before-ready";
import { completeTensors } from "./tensor-methods";

export * as tf from "@tensorflow/tfjs-core";
// The types of tensor methods; `completeTensors` implements them.
export type {} from "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js";
export { arithmetic } from "./arithmetic";
export type { CallOptions, CompiledFunction, CompileOptions } from "./compile/compile";
export { compile } from "./compile/compile-records";
export { type ArgumentSpec, type LowerOptions, lower } from "./compile/lower";
export type { TensorTree } from "./compile/tensor-tree";
export type { Precision } from "./graph/precision";
export { peakBytes, productFlops } from "./lowering/program-cost";
export { type EngineMemory, memory, stats } from "./memory";
export { ATTRIBUTE, type OpAttribute } from "./native/attributes";
export type { DeviceChoice, DeviceInfo } from "./native/context";
export { TF } from "./native/dtype";
export { TensorFlowError } from "./native/status";
export { assignOnlyIf } from "./ops/assign-only-if";
export { barrier, transposedAhead } from "./ops/barrier";
export { createVariable, declareVariable } from "./ops/create-variable";
export { float64, float64Tensor, readFloat64 } from "./ops/float64";
export { type HostOps, type HostTensor, onHost } from "./ops/host-ops";
export { inFloat32 } from "./ops/in-float32";
export { normalAt, statelessNormal, statelessUniform, uniformAt } from "./ops/random";
export { reducePrecision } from "./ops/reduce-precision";
export { select } from "./ops/select";
export { uint8Tensor } from "./ops/uint8";
export type { EngineVariable } from "./ops/variable";
export { PjrtError } from "./pjrt/c-api";
export type { PjrtInfo } from "./pjrt/device";
export { compileForGpu, type GpuCheck, type GpuProgram, type LoweredProgram } from "./pjrt/gpu-program";
export { startPjrt } from "./pjrt/start";
export { type CompiledMemory, type GpuTarget, gpuTargets } from "./pjrt/target";
export { carryPrograms, type TakenPrograms, takePrograms } from "./programs/carried-programs";
export {
  findTensorFlow,
  locatePjrtPlugin,
  locateTensorFlow,
  type PjrtPlugin,
  type TensorFlowLibrary,
} from "./provision";
export { type ReadyOptions, ready } from "./ready";
export { type BackendChoice, type EngineInfo, runOp } from "./runtime";
export type { EngineStats } from "./stats";

askForReady();
completeTensors();
