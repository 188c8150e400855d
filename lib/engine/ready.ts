import { resolve } from "node:path";
import { EngineError } from "../errors";
import { createMutex } from "../system";
import { registerBackend } from "./backend";
import { createLeakFinalizer } from "./leak-finalizer";
import { loadCApi } from "./native/c-api";
import { createContext, type DeviceChoice, type DeviceInfo, listDevices, requireDeviceChoice } from "./native/context";
import { EagerOps } from "./native/eager";
import { OpDefinitions } from "./native/op-definition";
import { tensorFlowLog, withStderrLog } from "./native/stderr-log";
import { startPjrt } from "./pjrt/start";
import { ProgramCache } from "./programs/program-cache";
import {
  driverProblem,
  findTensorFlow,
  locatePjrtPlugin,
  nvidiaDriver,
  pluginKindHere,
  supportedVersion,
  type TensorFlowLibrary,
} from "./provision";
import { type BackendChoice, type EngineInfo, lacks, type Runtime, setRuntime, theRuntime } from "./runtime";
import { noStats } from "./stats";

/** absl::LogSeverityAtLeast. */
const FATAL = 3;

let starting: Promise<EngineInfo> | null = null;

/** How TensorFlow is started. */
export interface ReadyOptions {
  /**
   * Default `auto`: a GPU where there is an NVIDIA driver (the CUDA build is found or fetched: 3.3 GB), else the CPU.
   * `gpu` without a driver is an error before anything is fetched. The fetched CUDA build has not been run on a GPU:
   * none was available.
   */
  device?: DeviceChoice;
  /**
   * What compiles functions that do not specify it themselves: TensorFlow, or `pjrt`, an OpenXLA plugin, which is found
   * or fetched; a later call may change it. Default: `NJEPA_BACKEND` if set, else `auto`: `pjrt` where a plugin on this
   * machine has a GPU or another accelerator and TensorFlow has none, else TensorFlow. Untested: none was available.
   */
  backend?: BackendChoice;
  /** A folder with TensorFlow's two shared libraries; default: `NJEPA_TENSORFLOW` if set, else whatever is found. */
  library?: string;
  /** Let a GPU multiply float32 with a 10-bit mantissa (TensorFloat-32), several times as fast. Default false. */
  tf32?: boolean;
  /** Keep compiled programs in the user's cache and reuse them: TensorFlow's for a CPU, and PJRT's. Default true. */
  keepPrograms?: boolean;
  /** Receives a line about once a second while a library is being fetched. */
  onProgress?: (line: string) => void;
}

/**
 * Starts TensorFlow in this process, once; further calls return the same answer.
 *
 * Finds libtensorflow or fetches it into the user's cache, loads it, and registers it as TensorFlow.js's backend, so
 * that every `tf.*` op runs on it. What TensorFlow prints while loading goes to a log in the cache.
 *
 * @returns version, where the library was found, and the devices
 * @throws {EngineError} when no library is available, saying what was tried and what to do; when the requested device
 *   does not exist; when the engine is already running with another library or device
 */
export async function ready(options: ReadyOptions = {}): Promise<EngineInfo> {
  if (options.device !== undefined) requireDeviceChoice(options.device);
  if (options.backend !== undefined) requireBackend(options.backend);
  starting ??= start(options).catch((error) => {
    starting = null;
    throw error;
  });
  const info = await starting;
  requireSame(info, options);
  if (options.backend !== undefined) await chooseBackend(options.backend, options.onProgress);
  return info;
}

async function start(options: ReadyOptions): Promise<EngineInfo> {
  const { device = "auto", library, tf32 = false, onProgress } = options;
  const backend = options.backend ?? process.env.NJEPA_BACKEND ?? "auto";
  requireBackend(backend);
  // If a plugin already here computes on the GPU, TensorFlow's own CUDA build need not be fetched.
  const isByPlugin =
    device === "auto" && backend !== "tensorflow" && mayHaveAccelerator() && locatePjrtPlugin().plugin !== null;
  const location = await findTensorFlow({
    device: isByPlugin ? "cpu" : device === "auto" || device === "cpu" ? device : "gpu",
    ...(library === undefined ? {} : { library }),
    ...(onProgress ? { onProgress } : {}),
  });
  // Its default, set explicitly so that TensorFlow does not print a notice about it.
  process.env.TF_ENABLE_ONEDNN_OPTS ??= "1";
  const programs = (options.keepPrograms ?? true) ? new ProgramCache(location.version ?? supportedVersion) : null;
  const { api, context } = withStderrLog(() => {
    const loaded = loadCApi(location);
    return { api: loaded, context: createContext(loaded, device) };
  });
  if (tf32 && api.enableTensorFloat32 === null) throw lacks("TensorFloat-32", location);
  api.enableTensorFloat32?.(tf32);
  // Whatever TensorFlow logs as an error is also thrown, or is only a miss in the program cache.
  if (process.env.TF_CPP_MIN_LOG_LEVEL === "2") api.setMinLogLevel?.(FATAL);
  const devices = listDevices(api, context);
  const gpu = devices.find(({ type }) => type === "GPU");
  if (device.startsWith("gpu") && !gpu) throw noGpu(device, location, devices);
  const stats = noStats();
  const definitions = new OpDefinitions(api);
  const eager = new EagerOps(api, context, definitions, stats);
  const info: EngineInfo = {
    tensorflow: api.version,
    library: location,
    devices,
    device: gpu ? "gpu" : "cpu",
    pjrt: null,
    programs: programs?.state ?? { folder: null, problems: [] },
  };
  const mutex = createMutex();
  const leakFinalizer = createLeakFinalizer(() => stats.finalized++);
  const parts = {
    leakFinalizer,
    api,
    context,
    definitions,
    eager,
    info,
    stats,
    programs,
    compiles: "tensorflow",
    pjrt: null,
    capture: null,
    mutex,
    deterministic: false,
  };
  const created = parts as unknown as Runtime;
  created.backend = registerBackend(created);
  setRuntime(created);
  await chooseBackend(backend, onProgress);
  return info;
}

/** What `auto` compiles with from now on. */
async function chooseBackend(backend: BackendChoice, onProgress?: (line: string) => void): Promise<void> {
  const runtime = theRuntime();
  if (backend === "pjrt") await startPjrt(undefined, onProgress);
  runtime.compiles =
    backend === "pjrt" || (backend === "auto" && (await hasAccelerator(runtime))) ? "pjrt" : "tensorflow";
}

/** Whether an accelerator is possible: checked before asking Python for its packages, which is the slowest step. */
const mayHaveAccelerator = () => (process.env.NJEPA_PJRT ?? "") !== "" || pluginKindHere() !== "cpu";

/** Whether a plugin already here has a device other than the CPU. None is fetched without being requested. */
async function hasAccelerator({ info }: Runtime): Promise<boolean> {
  if (info.device === "gpu") return false;
  try {
    if (!mayHaveAccelerator()) return false;
    const { plugin } = locatePjrtPlugin();
    if (plugin === null || plugin.kind === "cpu") return false;
    return !(await startPjrt()).client.isCpu;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    process.emitWarning(`Programs are compiled for the CPU by TensorFlow: ${error.message}`, "NjepaWarning");
    return false;
  }
}

function requireBackend(backend: string): asserts backend is BackendChoice {
  if (["auto", "tensorflow", "pjrt"].includes(backend)) return;
  throw new EngineError(`backend: expected "auto", "tensorflow" or "pjrt", got "${backend}".`);
}

function noGpu(device: DeviceChoice, { directory }: TensorFlowLibrary, devices: readonly DeviceInfo[]): EngineError {
  const found = nvidiaDriver();
  const driver = driverProblem(found) ?? `the NVIDIA driver ${found?.version ?? ""} is new enough`;
  return new EngineError(
    `device "${device}" was asked for, and TensorFlow in ${directory} sees only ` +
      `${devices.map(({ name }) => name).join(", ")}: ${driver}. Its own words are in ${tensorFlowLog()}. Use device ` +
      `"auto" or "cpu", or see "npm run doctor".`,
  );
}

/** A process has one TensorFlow: what this call asks for must match what is already running. */
function requireSame(info: EngineInfo, { device = "auto", library }: ReadyOptions): void {
  const asked = library ?? process.env.NJEPA_TENSORFLOW;
  if (asked !== undefined && asked !== "" && resolve(asked) !== resolve(info.library.directory)) {
    throw new EngineError(
      `The engine runs on the TensorFlow in ${info.library.directory} and was asked for again with the one in ` +
        `${resolve(asked)}. A process can load one: start another process for the other.`,
    );
  }
  if (device !== "auto" && !device.startsWith(info.device)) {
    throw new EngineError(
      `The engine runs on device "${info.device}" and was asked for again with "${device}". Choose the device at the ` +
        `first ready(), or start another process.`,
    );
  }
}
