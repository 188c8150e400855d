/** Where libtensorflow comes from: an explicit folder, this user's cache, an installed Python TensorFlow, or a wheel. (no tf) */

export { type Build, buildFor, type Device } from "./build";
export { driverProblem, type NvidiaDriver, nvidiaDriver, oldestDriver, requireDriver } from "./driver";
export { fetchTensorFlow } from "./fetch";
export { findTensorFlow, type LibraryOptions, type Location, locateTensorFlow } from "./find";
export { librariesBefore, requireSupportedVersion, supportedVersion, type TensorFlowLibrary } from "./library";
export { cachedBuild, verifyCachedLibrary } from "./library-cache";
