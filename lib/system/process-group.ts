/**
 * Signals this process's group if it leads one, so that whatever cells started ends with the kernel; otherwise
 * only this process. SIGKILL includes ourselves.
 */
export function endGroup(signal: "SIGTERM" | "SIGKILL"): void {
  const leads = process.platform !== "win32" && isGroup(process.pid);
  if (leads) {
    if (signal === "SIGTERM") process.on("SIGTERM", () => {}); // meant for the other processes
    process.kill(-process.pid, signal);
  } else if (signal === "SIGKILL") process.kill(process.pid, signal);
}

/** Whether `pid` leads a group: a group's id is the pid of its leader. */
function isGroup(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}
