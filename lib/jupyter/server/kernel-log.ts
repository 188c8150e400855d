import { writeSync } from "node:fs";

const mostLines = 200;
let written = 0;

/**
 * Writes a line to the process's own error stream, which may be full, closed or read by nobody: then the line is lost.
 *
 * Whoever can reach a port can cause lines: after the first 200 of a thread no more are written.
 */
export function logLine(text: string): void {
  if (written > mostLines) return;
  written += 1;
  const line = written > mostLines ? "more is not written" : text.slice(0, 500);
  try {
    writeSync(2, `njepa kernel: ${line}\n`);
  } catch {
    // EAGAIN, EPIPE, EBADF: nobody is there to hear it.
  }
}
