/** F_SETFD of fcntl.h, on Linux and macOS. */
const setDescriptorFlags = 2;

/**
 * Makes this process another run of Node, as `execv` does: the same process id, standard streams and environment.
 *
 * Nothing after the call happens if it succeeds; it returns where the system has no such call or refuses it. To be called before
 * any thread is started.
 *
 * @param args what follows the name of the program
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
    // Node has marked its streams to be closed in whatever program comes after it.
    for (const stream of [0, 1, 2]) fcntl(stream, setDescriptorFlags, "int", 0);
    execv(process.execPath, [process.argv0, ...args, null]);
  } catch {
    // Without koffi's binary this process goes on as it is.
  }
}
