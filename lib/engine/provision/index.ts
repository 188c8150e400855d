/** Where TensorFlow and PJRT plugins come from: an explicit path, this user's cache, an installed Python package, or a wheel. (no tf) */

export { type Build, buildFor, type Device } from "./build";
export { driverProblem, type NvidiaDriver, nvidiaDriver, oldestDriver, requireDriver } from "./driver";
export { fetchTensorFlow } from "./fetch";
export { findTensorFlow, type LibraryOptions, type Location, locateTensorFlow } from "./find";
export { librariesBefore, requireSupportedVersion, supportedVersion, type TensorFlowLibrary } from "./library";
export { cachedBuild, verifyCachedLibrary } from "./library-cache";
export { findPjrtPlugin, locatePjrtPlugin, type PjrtPlugin, pluginKindHere, requireDevice } from "./plugin";
export type { PluginKind } from "./plugin-builds";
