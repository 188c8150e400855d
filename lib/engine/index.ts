/** TensorFlow as a machine: found or fetched, called through its C API, eager or captured and compiled. */

export * as tf from "@tensorflow/tfjs-core";
export { type CompiledFunction, type CompileOptions, compile, type TensorTree } from "./compile";
export { findTensorFlow, locateTensorFlow, type TensorFlowLibrary } from "./provision";
export { statelessNormal, statelessUniform } from "./random";
export { type DeviceInfo, type EngineInfo, ready } from "./runtime";
export { TensorFlowError } from "./status";
export { uint8Tensor } from "./uint8";
export { createVariable, type EngineVariable } from "./variable";
