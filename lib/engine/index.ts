/** TensorFlow as a machine: found or fetched, called through its C API, eager or captured and compiled. */

export * as tf from "@tensorflow/tfjs-core";
export { assignOnlyIf } from "./assign-only-if";
export { ATTRIBUTE, type OpAttribute } from "./attributes";
export { barrier } from "./barrier";
export { type CallOptions, type CompiledFunction, type CompileOptions, compile } from "./compile";
export type { DeviceChoice, DeviceInfo } from "./context";
export { TF } from "./dtype";
export { type HostOps, type HostTensor, onHost } from "./host-ops";
export { inFloat32 } from "./in-float32";
export type { Precision } from "./precision";
export { findTensorFlow, locateTensorFlow, type TensorFlowLibrary } from "./provision";
export { normalAt, statelessNormal, statelessUniform, uniformAt } from "./random";
export { type EngineInfo, type ReadyOptions, ready, runOp } from "./runtime";
export { select } from "./select";
export type { EngineStats } from "./stats";
export { TensorFlowError } from "./status";
export type { TensorTree } from "./tensor-tree";
export { uint8Tensor } from "./uint8";
export { type EngineMemory, memory, stats } from "./usage";
export { createVariable, type EngineVariable } from "./variable";
