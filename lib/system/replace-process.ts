/** F_SETFD of fcntl.h, on Linux and macOS. */
const setDescriptorFlags = 2;

/**
 * Replaces this process by another run of Node, as `execv` does: same process id, standard streams and environment.
 *
 * It does not return if it succeeds; it returns where the system has no such call or refuses it. Call it before any
 * thread is started.
 *
 * @param args the arguments after the program name
 */
export function replaceByNode(args: readonly string[]): void {
  if (process.platform === "win32") return;
  try {
    const koffi = require("koffi") as typeof import("koffi");
    const libc = koffi.load(null);
    const execv = libc.func("int execv(const char *file, const char **argv)") as (
      file: string,
      argv: readonly (string | null)[],
    ) => number;
    const fcntl = libc.func("int fcntl(int fd, int command, ...)") as (...values: unknown[]) => number;
    // Node marks its streams close-on-exec.
    for (const stream of [0, 1, 2]) fcntl(stream, setDescriptorFlags, "int", 0);
    execv(process.execPath, [process.argv0, ...args, null]);
  } catch {
    // Without koffi's binary this process carries on unchanged.
  }
}
