import { statSync } from "node:fs";
import { totalmem } from "node:os";
import { ready } from "../engine";
import {
  buildFor,
  cachedBuild,
  type Device,
  driverProblem,
  locateTensorFlow,
  nvidiaDriver,
  supportedVersion,
  verifyCachedLibrary,
} from "../engine/provision";
import { formatBytes, invocation } from "../system";
import type { Finding } from "./finding";

/** The device for which TensorFlow would start here with what this machine already has. */
function deviceHere(): Device {
  const usable = driverProblem(nvidiaDriver()) === null;
  return usable && locateTensorFlow({ device: "gpu" }).library !== null ? "gpu" : "cpu";
}

export async function checkTensorFlow(verify: boolean): Promise<Finding> {
  const what = "TensorFlow";
  const device = deviceHere();
  const { library, tried } = locateTensorFlow({ device });
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
  const cached = cachedBuild(buildFor(device));
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
  const device = deviceHere();
  if (locateTensorFlow({ device }).library === null)
    return { what, state: "missing", detail: "has no TensorFlow to start" };
  const { tensorflow, devices } = await ready({ device: device === "gpu" ? "auto" : "cpu" });
  // TensorFlow reports a constant for a CPU's memory.
  const memory = (device: { type: string; bytes: number }) =>
    device.type === "CPU" ? `${formatBytes(totalmem())} of this machine` : formatBytes(device.bytes);
  const names = devices.map((device) => `${device.name} (${memory(device)})`).join(", ");
  return { what, state: "ok", detail: `TensorFlow ${tensorflow} on ${names}` };
}

/** Never missing: everything runs without one. */
export function checkGpu(): Finding {
  const what = "GPU";
  const driver = nvidiaDriver();
  if (driver === null) return { what, state: "optional", detail: "no NVIDIA driver is loaded; the CPU is used" };
  const problem = driverProblem(driver);
  if (problem !== null) return { what, state: "optional", detail: `${problem}; the CPU is used` };
  const detail = `NVIDIA driver ${driver.version ?? "of unknown version"}, GPUs: ${driver.gpus ?? "not listed"}`;
  if (locateTensorFlow({ device: "gpu" }).library !== null) return { what, state: "ok", detail };
  const remedy = `Run "${invocation("setup", "--device gpu")}", or set NJEPA_TENSORFLOW to a folder with the libraries of a CUDA build of TensorFlow ${supportedVersion}.`;
  return { what, state: "optional", detail: `${detail}; no CUDA build of TensorFlow was found`, remedy };
}
