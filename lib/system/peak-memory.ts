import { readFileSync } from "node:fs";

/**
 * Largest resident memory of a process so far, in bytes; only Linux reports another process's.
 *
 * `process.resourceUsage().maxRSS` will not do on Linux: a process begins with the size of the one that forked it.
 */
export function peakResidentBytes(pid: number | "self" | undefined): number | undefined {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    if (kibibytes !== undefined) return Number(kibibytes) * 1024;
  } catch {
    // Not Linux, or gone.
  }
  return pid === "self" ? process.resourceUsage().maxRSS * 1024 : undefined;
}
