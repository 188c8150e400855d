import { statSync } from "node:fs";
import { totalmem } from "node:os";
import { ready } from "../engine";
import {
  acceleratorHere,
  buildFor,
  cachedBuild,
  driverProblem,
  librariesBeside,
  locatePjrtPlugin,
  locateTensorFlow,
  nvidiaDriver,
  supportedVersion,
  verifyCachedLibrary,
} from "../engine/provision";
import { formatBytes, invocation } from "../system";
import type { Finding } from "./finding";

export async function checkTensorFlow(verify: boolean): Promise<Finding> {
  const what = "TensorFlow";
  const { library, tried } = locateTensorFlow();
  if (library === null) {
    const broken = tried.some((place) => place.includes("is not whole"));
    return {
      what,
      state: broken ? "broken" : "missing",
      detail: tried.join("; "),
      remedy: 'Run "npm run setup", or set NJEPA_TENSORFLOW to a folder that holds its libraries.',
    };
  }
  const bytes = statSync(library.library).size + statSync(library.framework).size;
  const version = library.version ?? `expected to be ${supportedVersion}`;
  const detail = `${version}, ${library.source}, ${formatBytes(bytes)}, ${library.directory}`;
  if (!verify || library.source !== "cache") return { what, state: "ok", detail };
  const cached = cachedBuild(buildFor());
  const damaged = cached.state === "whole" ? await verifyCachedLibrary(cached) : ["manifest.json"];
  if (damaged.length === 0) return { what, state: "ok", detail: `${detail}, every byte verified` };
  return {
    what,
    state: "broken",
    detail: `${library.directory}: ${damaged.join(", ")} changed since it was fetched`,
    remedy: `Delete ${library.directory} and run "npm run setup".`,
  };
}

export async function checkEngine(): Promise<Finding> {
  const what = "engine";
  // Starting would fetch what is missing, and this command only looks.
  if (locateTensorFlow().library === null) return { what, state: "missing", detail: "has no TensorFlow to start" };
  const { tensorflow, devices } = await ready();
  // TensorFlow reports a constant for a CPU's memory.
  const memory = (device: { type: string; bytes: number }) =>
    device.type === "CPU" ? `${formatBytes(totalmem())} of this machine` : formatBytes(device.bytes);
  const names = devices.map((device) => `${device.name} (${memory(device)})`).join(", ");
  return { what, state: "ok", detail: `TensorFlow ${tensorflow} on ${names}` };
}

/** NVIDIA's driver, and the plugin and libraries that would use it. Never missing: everything runs without one. */
export function checkGpu(): Finding {
  const what = "GPU";
  const kind = acceleratorHere();
  const { plugin } = locatePjrtPlugin(kind);
  const compiler = plugin ?? locatePjrtPlugin(kind, "compile").plugin;
  const libraries = plugin ? librariesBeside(plugin.path).join(", ") : "";
  const here = plugin
    ? `the plugin ${kind} ${plugin.version ?? ""} (${plugin.source}) is here with ${libraries || "no library of NVIDIA's beside it"}`
    : `the plugin ${kind} is ${compiler ? "here to compile, without the libraries to run" : "not here"}`;
  const driver = nvidiaDriver();
  const problem = /^cuda/.test(kind) ? driverProblem(driver, kind === "cuda13" ? 13 : 12) : null;
  if (problem !== null) return { what, state: "optional", detail: `${problem}; the CPU is used; ${here}` };
  const detail = driver
    ? `NVIDIA driver ${driver.version ?? "of unknown version"}, GPUs: ${driver.gpus ?? "not listed"}; ${here}`
    : here;
  if (plugin) return { what, state: "ok", detail };
  const remedy = `Run "${invocation("setup", "--device gpu")}", or set NJEPA_PJRT to the path of a plugin.`;
  return { what, state: "optional", detail, remedy };
}
