import { closeSync, openSync, statSync, truncateSync } from "node:fs";
import { dirname } from "node:path";
import { cacheFolder, makeFolderSync, setOwnVariable, userVariable } from "../../system";
import { koffi } from "./koffi";

const STDERR = 2;
const LARGEST_LOG = 1_000_000;

/** The file that TensorFlow's own log lines go to. */
function tensorFlowLog(): string {
  return cacheFolder("log", "tensorflow.log");
}

/**
 * Runs `work` while native code's stderr goes to the log: TensorFlow prints lines as it loads, before it can be
 * configured. `work` must be synchronous, so that nobody else's lines are caught.
 *
 * If the user has set `TF_CPP_MIN_LOG_LEVEL`, nothing is redirected, nor where there are flags of the user's for XLA: it
 * ends the process at one that it does not know, and names it here only.
 */
export function withStderrLog<T>(work: () => T): T {
  if (userVariable("TF_CPP_MIN_LOG_LEVEL") !== undefined) return work();
  setOwnVariable("TF_CPP_MIN_LOG_LEVEL", "2");
  if (userVariable("XLA_FLAGS") || userVariable("TF_XLA_FLAGS")) return work();
  const libc = koffi.load(null);
  const dup = libc.func("int dup(int fd)");
  const dup2 = libc.func("int dup2(int from, int to)");
  const close = libc.func("int close(int fd)");
  const log = openLog();
  if (log === null) return work();
  const terminal = dup(STDERR);
  if (terminal < 0) {
    // No more files can be opened, and what follows would be said to the log for good.
    log.close();
    return work();
  }
  dup2(log.fd, STDERR);
  try {
    return work();
  } finally {
    dup2(terminal, STDERR);
    close(terminal);
    log.close();
  }
}

function openLog(): { fd: number; close(): void } | null {
  const path = tensorFlowLog();
  try {
    makeFolderSync(dirname(path));
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LARGEST_LOG) truncateSync(path);
    const fd = openSync(path, "a");
    return { fd, close: () => closeSync(fd) };
  } catch {
    // An unwritable cache is no reason not to start.
    return null;
  }
}
