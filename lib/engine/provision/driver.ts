import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The NVIDIA driver loaded by this machine's operating system. */
export interface NvidiaDriver {
  /** Such as `535.104.05`; null if the driver does not report it in a form we can read. */
  version: string | null;
  /** Number of GPUs it drives; null if it does not list them. */
  gpus: number | null;
}

/** The oldest Linux drivers for any CUDA 12 or 13 (NVIDIA, CUDA Compatibility, "minor version compatibility"). */
const oldestDrivers = { 12: "525.60.13", 13: "580.65.06" } as const;

/** The driver the operating system reports, or null when none is loaded. `proc` differs from `/proc` only in tests. */
export function nvidiaDriver(proc = "/proc"): NvidiaDriver | null {
  const folder = join(proc, "driver", "nvidia");
  let text: string;
  try {
    text = readFileSync(join(folder, "version"), "utf8");
  } catch {
    return null;
  }
  const version = text.match(/Kernel Module\b.*?\s(\d+\.\d+(?:\.\d+)?)\b/)?.[1] ?? null;
  try {
    return { version, gpus: readdirSync(join(folder, "gpus")).length };
  } catch {
    return { version, gpus: null };
  }
}

/** Why a build for this CUDA version would find no GPU here, or null if nothing stands in its way. */
export function driverProblem(driver: NvidiaDriver | null, cuda: keyof typeof oldestDrivers = 12): string | null {
  const oldest = oldestDrivers[cuda];
  if (driver === null) {
    return `no NVIDIA driver is loaded (expected ${oldest} or newer); "nvidia-smi" should list your GPU`;
  }
  if (driver.version !== null && isOlder(driver.version, oldest)) {
    return `the NVIDIA driver ${driver.version} is too old for CUDA ${cuda}: expected ${oldest} or newer; update it`;
  }
  if (driver.gpus === 0) return "the NVIDIA driver is loaded but drives no GPU";
  return null;
}

function isOlder(version: string, than: string): boolean {
  const [ours, theirs] = [version, than].map((text) => text.split(".").map(Number)) as [number[], number[]];
  for (const [at, number] of theirs.entries()) {
    const difference = (ours[at] ?? 0) - number;
    if (difference !== 0) return difference < 0;
  }
  return false;
}
