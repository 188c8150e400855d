import { writeSync } from "node:fs";

const mostLines = 200;
let written = 0;

/**
 * Writes a line to the process's own error stream; if that is full, closed or read by nobody, the line is lost.
 *
 * Anyone who can reach a port can cause lines, so each thread writes no more than its first 200.
 */
export function logLine(text: string): void {
  if (written > mostLines) return;
  written += 1;
  const line = written > mostLines ? "more is not written" : text.slice(0, 500);
  try {
    writeSync(2, `njepa kernel: ${line}\n`);
  } catch {
    // EAGAIN, EPIPE, EBADF: nobody is there to read it.
  }
}
