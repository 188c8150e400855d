import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { totalmem } from "node:os";
import { join } from "node:path";
import { dataSource, openDataset, publishedData } from "njepa/data";
import {
  buildFor,
  cachedBuild,
  type Device,
  driverProblem,
  locateTensorFlow,
  nvidiaDriver,
  supportedVersion,
  verifyCachedLibrary,
} from "njepa/engine/provision";
import { cacheFolder, formatBytes } from "njepa/system";

/** One thing looked at. `optional` is absent and needed by nobody but those who want it. */
export interface Finding {
  what: string;
  state: "ok" | "missing" | "broken" | "optional";
  detail: string;
  /** What to do about it. */
  remedy?: string;
}

/** Looks at everything; a check that throws becomes a finding with its message. */
export async function allChecks(depth: { verify: boolean }): Promise<Finding[]> {
  const checks: [string, () => Finding | Promise<Finding>][] = [
    ["Node", node],
    ["npm", () => command("npm", "npm", ["--version"], "missing", "Install npm; it comes with Node.")],
    ["TensorFlow", () => tensorFlow(depth.verify)],
    ["engine", engine],
    ["GPU", gpu],
    ...publishedData.map((name) => [name, () => published(name, depth.verify)] as [string, () => Promise<Finding>]),
    [
      "pip",
      () =>
        command(
          "pip",
          "python3",
          ["-m", "pip", "--version"],
          "optional",
          "Install it where TensorFlow has to be fetched.",
        ),
    ],
    ["kernel", kernel],
    [
      "JupyterLab",
      () =>
        command(
          "JupyterLab",
          "jupyter",
          ["lab", "--version"],
          "optional",
          "Install it if you want to open the notebooks in it; the reports do not need it.",
        ),
    ],
    ["caches", caches],
  ];
  const findings: Finding[] = [];
  for (const [what, check] of checks) {
    try {
      findings.push(await check());
    } catch (error) {
      findings.push({ what, state: "broken", detail: (error as Error).message });
    }
  }
  return findings;
}

function node(): Finding {
  const { version } = process;
  const [major = 0] = process.versions.node.split(".").map(Number);
  const detail = `${version} on ${process.platform}-${process.arch}`;
  if (major >= 20) return { what: "Node", state: "ok", detail };
  return { what: "Node", state: "broken", detail, remedy: "Install Node 20 or newer." };
}

function command(what: string, program: string, args: string[], absent: Finding["state"], remedy: string): Finding {
  const answer = spawnSync(program, args, { encoding: "utf8", timeout: 30_000 });
  if (answer.status !== 0) return { what, state: absent, detail: "not found", remedy };
  return { what, state: "ok", detail: answer.stdout.trim().split("\n")[0] ?? "" };
}

/** For which device TensorFlow would be started here with what is on this machine already. */
function deviceHere(): Device {
  const usable = driverProblem(nvidiaDriver()) === null;
  return usable && locateTensorFlow({ device: "gpu" }).library !== null ? "gpu" : "cpu";
}

async function tensorFlow(verify: boolean): Promise<Finding> {
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

async function engine(): Promise<Finding> {
  const what = "engine";
  // Starting would fetch what is not here, and this command only looks.
  const device = deviceHere();
  if (locateTensorFlow({ device }).library === null)
    return { what, state: "missing", detail: "has no TensorFlow to start" };
  const { ready } = await import("njepa/engine");
  const { tensorflow, devices } = await ready({ device: device === "gpu" ? "auto" : "cpu" });
  // What TensorFlow says of a CPU's memory is a constant.
  const memory = (device: { type: string; bytes: number }) =>
    device.type === "CPU" ? `${formatBytes(totalmem())} of this machine` : formatBytes(device.bytes);
  const names = devices.map((device) => `${device.name} (${memory(device)})`).join(", ");
  return { what, state: "ok", detail: `TensorFlow ${tensorflow} on ${names}` };
}

/** Never missing: everything runs without one. */
function gpu(): Finding {
  const what = "GPU";
  const driver = nvidiaDriver();
  if (driver === null) return { what, state: "optional", detail: "no NVIDIA driver is loaded; the CPU is used" };
  const problem = driverProblem(driver);
  if (problem !== null) return { what, state: "optional", detail: `${problem}; the CPU is used` };
  const detail = `NVIDIA driver ${driver.version ?? "of unknown version"}, GPUs: ${driver.gpus ?? "not listed"}`;
  if (locateTensorFlow({ device: "gpu" }).library !== null) return { what, state: "ok", detail };
  const remedy = `Run "npm run setup -- --device gpu", or set NJEPA_TENSORFLOW to a folder with the libraries of a CUDA build of TensorFlow ${supportedVersion}.`;
  return { what, state: "optional", detail: `${detail}; no CUDA build of TensorFlow was found`, remedy };
}

/** The notebooks need the first; who wants another fetches it. */
async function published(name: (typeof publishedData)[number], verify: boolean): Promise<Finding> {
  const found = (await dataSource(name)).locate?.();
  if (!found) {
    const state = name === "fashion-mnist" ? "missing" : "optional";
    return { what: name, state, detail: "not on this machine", remedy: `Run "npm run setup -- --data ${name}".` };
  }
  const detail = `${found.source}, ${formatBytes(folderBytes(found.directory))}, ${found.directory}`;
  if (!verify) return { what: name, state: "ok", detail };
  await openDataset({ name });
  return { what: name, state: "ok", detail: `${detail}, opened and checked` };
}

async function kernel(): Promise<Finding> {
  const { listKernels } = await import("njepa/jupyter");
  const ours = listKernels().find(({ name }) => name === "njepa");
  const remedy = 'Run "npm run kernel -- install"; "npm run reports" does not need it.';
  if (ours === undefined) return { what: "kernel", state: "optional", detail: "not known to Jupyter", remedy };
  if (ours.missing.length > 0) {
    return { what: "kernel", state: "broken", detail: `${ours.folder}: missing ${ours.missing.join(", ")}`, remedy };
  }
  return { what: "kernel", state: "ok", detail: `${ours.displayName}, ${ours.folder}` };
}

/** One number for each part: what was fetched, what XLA compiled, and so on. */
function caches(): Finding {
  const folder = cacheFolder();
  const parts = existsSync(folder) ? readdirSync(folder).sort() : [];
  const sizes = parts.map((part) => `${part} ${formatBytes(folderBytes(join(folder, part)))}`).join(", ");
  return { what: "caches", state: "ok", detail: `${formatBytes(folderBytes(folder))} in ${folder} (${sizes})` };
}

function folderBytes(folder: string): number {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath ?? entry.path, entry.name)).size, 0);
  } catch {
    return 0;
  }
}
