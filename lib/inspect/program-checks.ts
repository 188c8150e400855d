import { ready, startPjrt } from "../engine";
import { locatePjrtPlugin, locateTensorFlow } from "../engine/provision";
import { formatBytes } from "../system";
import type { Finding } from "./finding";

/** Whether compiled programs outlive their process, and if not, why. */
export async function checkCompiledPrograms(): Promise<Finding> {
  const what = "compiled programs";
  if (locateTensorFlow().library === null)
    return { what, state: "optional", detail: "none: there is no TensorFlow yet" };
  const { folder, problems } = (await ready()).programs;
  if (folder !== null) return { what, state: "ok", detail: [`kept in ${folder}`, ...problems].join("; ") };
  const detail = problems.join(" ") || "not kept, since TF_XLA_FLAGS is set";
  const remedy = "Make the folder writable for this user, or set XDG_CACHE_HOME to one that is.";
  return { what, state: "optional", detail, remedy };
}

/** The plugin that `backend: "pjrt"` would load here. Never missing: everything runs without one. */
export async function checkPjrt(): Promise<Finding> {
  const what = "PJRT plugin";
  const { plugin, tried } = locatePjrtPlugin();
  if (plugin === null) {
    return {
      what,
      state: "optional",
      detail: tried.join("; "),
      remedy: 'It is fetched when `backend: "pjrt"` asks for it.',
    };
  }
  if (locateTensorFlow().library === null)
    return { what, state: "optional", detail: `${plugin.path}; there is no TensorFlow yet` };
  await ready();
  const started = await startPjrt().catch((error: Error) => error);
  if (started instanceof Error) {
    const remedy = "Programs are compiled for the CPU by TensorFlow until this is mended.";
    return { what, state: "optional", detail: `${plugin.path}: ${started.message}`, remedy };
  }
  const { info, client } = started;
  const devices = client.devices.map((device) => {
    const memory = client.memory(device);
    const limit = memory?.limitBytes ? ` (${formatBytes(memory.limitBytes)})` : "";
    return `${device.kind}${limit}`;
  });
  const version = plugin.version === null ? "" : ` ${plugin.version}`;
  const detail = `${info.platform}${version}, ${plugin.source}, API ${info.apiVersion}${info.driver ? `, driver ${info.driver}` : ""}, ${devices.length} devices: ${devices.join(", ")}; ${plugin.path}`;
  return { what, state: "ok", detail };
}
