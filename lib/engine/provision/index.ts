/** Where TensorFlow and PJRT plugins come from: an explicit path, this user's cache, an installed Python package, or a wheel. (no tf) */

export { type Build, buildFor } from "./build";
export { driverProblem, type NvidiaDriver, nvidiaDriver } from "./driver";
export { fetchTensorFlow } from "./fetch";
export { findTensorFlow, type LibraryOptions, type Location, locateTensorFlow } from "./find";
export { requireSupportedVersion, supportedVersion, type TensorFlowLibrary } from "./library";
export { cachedBuild, verifyCachedLibrary } from "./library-cache";
export {
  acceleratorHere,
  findPjrtPlugin,
  librariesBeside,
  locatePjrtPlugin,
  type PjrtPlugin,
  pluginKindHere,
  requireDevice,
} from "./plugin";
export { type PluginBuild, type PluginKind, pluginBuilds } from "./plugin-builds";
