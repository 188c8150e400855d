/**
 * Signals this process's group, if the process leads one of its own, so that what cells have started ends with the kernel; else
 * this process alone. SIGKILL includes ourselves.
 */
export function endGroup(signal: "SIGTERM" | "SIGKILL"): void {
  const leads = process.platform !== "win32" && isGroup(process.pid);
  if (leads) {
    if (signal === "SIGTERM") process.on("SIGTERM", () => {}); // meant for the others
    process.kill(-process.pid, signal);
  } else if (signal === "SIGKILL") process.kill(process.pid, signal);
}

/** A group has the number of the process that leads it. */
function isGroup(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}
