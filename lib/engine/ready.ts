import { resolve } from "node:path";
import { EngineError, requireChoice } from "../errors";
import { createMutex } from "../system";
import { registerBackend } from "./backend";
import { QueuedCalls } from "./compile/queued-calls";
import { XlaPrograms } from "./compile/xla-programs";
import { createLeakFinalizer } from "./leak-finalizer";
import { loadCApi } from "./native/c-api";
import { createContext, type DeviceChoice, listDevices, requireDeviceChoice } from "./native/context";
import { EagerOps } from "./native/eager";
import { OpDefinitions } from "./native/op-definition";
import { withStderrLog } from "./native/stderr-log";
import { xlaCacheDropper } from "./native/xla-cache";
import { setXlaFlags } from "./native/xla-flags";
import { startPjrt } from "./pjrt/start";
import { ProgramCache } from "./programs/program-cache";
import {
  acceleratorHere,
  findPjrtPlugin,
  findTensorFlow,
  locatePjrtPlugin,
  pluginKindHere,
  supportedVersion,
} from "./provision";
import { type BackendChoice, type EngineInfo, type Runtime, setRuntime, theRuntime } from "./runtime";
import { noStats } from "./stats";

/** absl::LogSeverityAtLeast. */
const FATAL = 3;

let starting: Promise<EngineInfo> | null = null;
/** A process has one TensorFlow, and TensorFlow.js one backend: both stay where a plugin then fails to start. */
let loaded: EngineInfo | null = null;
/** The number of the GPU that is used, where there is one. */
let gpu = 0;

/** How the engine is started. */
export interface ReadyOptions {
  /**
   * Where compiled functions run; other ops run on the CPU. Default `auto`: an accelerator where its PJRT plugin is on
   * this machine, else the CPU. `gpu` finds or fetches the plugin with NVIDIA's libraries (1.8 GB), and without a driver
   * is an error before anything is fetched. It has run on an H100; see docs/speed.md.
   */
  device?: DeviceChoice;
  /**
   * What compiles functions that do not specify it themselves: TensorFlow for the CPU, or `pjrt`, an OpenXLA plugin for
   * its device, which is found or fetched; a later call may change it. Default: `NJEPA_BACKEND` if set, else `auto`:
   * `pjrt` for an accelerator, TensorFlow for the CPU.
   */
  backend?: BackendChoice;
  /** A folder with TensorFlow's two shared libraries; default: `NJEPA_TENSORFLOW` if set, else whatever is found. */
  library?: string;
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
 * @throws {ConfigError} for a device or backend that is none
 * @throws {EngineError} when no library is available, saying what was tried and what to do; when the requested device
 *   does not exist; when the engine is already running with another library or device
 */
export async function ready(options: ReadyOptions = {}): Promise<EngineInfo> {
  if (options.device !== undefined) requireDeviceChoice(options.device);
  if (options.backend !== undefined) requireBackend(options.backend, "backend");
  starting ??= start(options).catch((error) => {
    starting = null;
    throw error;
  });
  const info = await starting;
  requireSame(info, options);
  if (options.backend !== undefined) await chooseBackend(options.backend, options);
  return info;
}

async function start(options: ReadyOptions): Promise<EngineInfo> {
  const { onProgress } = options;
  const backend = options.backend ?? (process.env.NJEPA_BACKEND || "auto");
  requireBackend(backend, options.backend === undefined ? "NJEPA_BACKEND" : "backend");
  // First, since it may be an error for want of a GPU.
  if (isGpu(options)) await findPjrtPlugin(acceleratorHere(), onProgress ? { onProgress } : {});
  loaded ??= await load(options);
  await chooseBackend(backend, options);
  return loaded;
}

async function load({ library, onProgress, keepPrograms = true }: ReadyOptions): Promise<EngineInfo> {
  const location = await findTensorFlow({
    ...(library === undefined ? {} : { library }),
    ...(onProgress ? { onProgress } : {}),
  });
  // Its default, set explicitly so that TensorFlow does not print a notice about it.
  process.env.TF_ENABLE_ONEDNN_OPTS ??= "1";
  setXlaFlags();
  const programs = keepPrograms ? new ProgramCache(location.version ?? supportedVersion) : null;
  const { api, context } = withStderrLog(() => {
    const loaded = loadCApi(location);
    return { api: loaded, context: createContext(loaded) };
  });
  // Whatever TensorFlow logs as an error is also thrown, or is only a miss in the program cache.
  if (process.env.TF_CPP_MIN_LOG_LEVEL === "2") api.setMinLogLevel?.(FATAL);
  const stats = noStats();
  const definitions = new OpDefinitions(api);
  const eager = new EagerOps(api, context, definitions, stats);
  const info: EngineInfo = {
    tensorflow: api.version,
    library: location,
    devices: listDevices(api, context),
    device: "cpu",
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
    xla: new XlaPrograms(xlaCacheDropper(api, context)),
    compiles: "tensorflow",
    pjrt: null,
    capture: null,
    mutex,
    queued: new QueuedCalls(),
    deterministic: false,
  };
  const created = parts as unknown as Runtime;
  created.backend = registerBackend(created);
  setRuntime(created);
  return info;
}

const isGpu = ({ device }: ReadyOptions) => device?.startsWith("gpu") ?? false;

/** What `auto` compiles with from now on. */
async function chooseBackend(backend: BackendChoice, options: ReadyOptions): Promise<void> {
  const runtime = theRuntime();
  const { device = "auto", onProgress } = options;
  if (isGpu(options)) {
    if (backend === "tensorflow")
      throw new EngineError(
        `device "${device}" needs the backend "pjrt" or "auto": TensorFlow computes on the CPU here.`,
      );
    const [, number] = device.split(":");
    const kind = acceleratorHere();
    const started = await startPjrt({
      kind,
      ...(number === undefined ? {} : { gpu: Number(number) }),
      ...(onProgress ? { onProgress } : {}),
    });
    if (started.client.isCpu)
      throw new EngineError(
        `device "${device}" was asked for, and the plugin ${started.info.plugin.path} has only CPUs.`,
      );
    gpu = Number(number ?? 0);
  } else if (backend === "pjrt") await startPjrt(onProgress ? { onProgress } : {});
  const isPjrt =
    backend === "pjrt" || isGpu(options) || (backend === "auto" && device !== "cpu" && (await hasAccelerator()));
  runtime.compiles = isPjrt ? "pjrt" : "tensorflow";
  runtime.info.device = isPjrt && runtime.pjrt?.client.isCpu === false ? "gpu" : "cpu";
}

/** Whether an accelerator is possible: checked before asking Python for its packages, which is the slowest step. */
const mayHaveAccelerator = () => (process.env.NJEPA_PJRT ?? "") !== "" || pluginKindHere() !== "cpu";

/** Whether a plugin already here has a device other than the CPU. None is fetched without being requested. */
async function hasAccelerator(): Promise<boolean> {
  try {
    if (!mayHaveAccelerator()) return false;
    const { plugin, tried } = locatePjrtPlugin();
    if (plugin === null)
      throw new EngineError(`no PJRT plugin for ${pluginKindHere()} was found (${tried.join("; ")}); setup fetches it`);
    if (plugin.kind === "cpu") return false;
    return !(await startPjrt()).client.isCpu;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    process.emitWarning(`Programs are compiled for the CPU by TensorFlow: ${error.message}`, "NjepaWarning");
    return false;
  }
}

function requireBackend(backend: string, what: string): asserts backend is BackendChoice {
  requireChoice(what, backend, ["auto", "tensorflow", "pjrt"]);
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
  const [kind, number = gpu] = device.split(":");
  if (device !== "auto" && (kind !== info.device || Number(number) !== gpu)) {
    const runsOn = info.device === "gpu" ? `gpu:${gpu}` : "cpu";
    throw new EngineError(
      `The engine runs on device "${runsOn}" and was asked for again with "${device}". Choose the device at the ` +
        `first ready(), or start another process.`,
    );
  }
}
