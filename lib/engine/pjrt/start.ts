import type { OnProgress } from "../../system";
import { withStderrLog } from "../native/stderr-log";
import { findPjrtPlugin, type PluginKind, requireDevice } from "../provision";
import { theRuntime } from "../runtime";
import { PjrtApi } from "./c-api";
import { ProgramDevice } from "./device";

let starting: Promise<ProgramDevice> | null = null;

/**
 * The plugin's first device, on which `backend: "pjrt"` computes; the plugin is loaded once per process.
 *
 * @throws {EngineError} when no plugin is available or can be loaded, or it has no device
 */
export function startPjrt(kind?: PluginKind, onProgress?: OnProgress): Promise<ProgramDevice> {
  starting ??= start(kind, onProgress).catch((error) => {
    starting = null;
    throw error;
  });
  return starting;
}

/** The kind of plugin at an explicit path, if JAX's folder name reveals it. */
const kindOfPath = (path: string): PluginKind | null =>
  (/xla_(cuda1[23])\//.exec(path)?.[1] as PluginKind | undefined) ?? null;

async function start(kind?: PluginKind, onProgress?: OnProgress): Promise<ProgramDevice> {
  const runtime = theRuntime();
  const plugin = await findPjrtPlugin(kind, onProgress);
  requireDevice(plugin.kind ?? kindOfPath(plugin.path));
  const { api, eager, stats, info } = runtime;
  // A plugin logs lines as it loads, before it can be configured.
  const device = withStderrLog(() => new ProgramDevice(new PjrtApi(plugin.path), plugin, api, eager, stats));
  runtime.pjrt = device;
  info.pjrt = device.info;
  return device;
}
