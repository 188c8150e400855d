import { readdirSync, readFileSync } from "node:fs";

/** How many files this process may have open at a time, and how many it has; undefined where the system says neither. */
export function openFiles(): { most: number; open: number } | undefined {
  try {
    const most = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    return most === undefined ? undefined : { most: Number(most), open: readdirSync("/proc/self/fd").length };
  } catch {
    // Not Linux, or not even these can be opened.
    return undefined;
  }
}
