import { withStderrLog } from "../native/stderr-log";
import { findPjrtPlugin, type PluginKind, requireDevice } from "../provision";
import { theRuntime } from "../runtime";
import { PjrtApi } from "./c-api";
import type { PjrtDevice } from "./client";
import { ProgramDevice } from "./device";

let starting: Promise<ProgramDevice> | null = null;

export interface PjrtOptions {
  /** Default: this machine's best. */
  kind?: PluginKind;
  /** The number of an NVIDIA GPU, the only one that the plugin then sees. */
  gpu?: number;
  onProgress?: (line: string) => void;
}

/**
 * The plugin's first device, on which `backend: "pjrt"` computes; the plugin is loaded once per process.
 *
 * @throws {EngineError} when no plugin is available or can be loaded, or it has no device
 */
export function startPjrt(options: PjrtOptions = {}): Promise<ProgramDevice> {
  starting ??= start(options).catch((error) => {
    starting = null;
    throw error;
  });
  return starting;
}

/** The kind of plugin at an explicit path, if JAX's folder name reveals it. */
const kindOfPath = (path: string): PluginKind | null =>
  (/xla_(cuda1[23])\//.exec(path)?.[1] as PluginKind | undefined) ?? null;

async function start({ kind, gpu, onProgress }: PjrtOptions): Promise<ProgramDevice> {
  const runtime = theRuntime();
  const plugin = await findPjrtPlugin(kind, onProgress ? { onProgress } : {});
  requireDevice(plugin.kind ?? kindOfPath(plugin.path));
  const { api, eager, stats, info } = runtime;
  // A plugin logs lines as it loads, before it can be configured.
  const device = withStderrLog(() => new ProgramDevice(new PjrtApi(plugin.path), { plugin, gpu }, api, eager, stats));
  runtime.pjrt = device;
  info.pjrt = device.info;
  if (!device.client.isCpu) {
    const { client } = device;
    const bytes = (one: PjrtDevice) => client.memory(one)?.limitBytes ?? 0;
    info.devices.push(...client.devices.map((one) => ({ name: one.kind, type: "GPU", bytes: bytes(one) })));
  }
  return device;
}
