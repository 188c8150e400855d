import { printable } from "../printable";

/** Where progress goes: standard error, or anything that accepts text. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** Minimum interval between two log lines about the same thing. */
const logMilliseconds = 9_500;

/**
 * Shows what a long-running command is doing: on a terminal, one line that is overwritten; in a log, a line whenever
 * something ends, and at most one every ten seconds about work in progress.
 */
export class TerminalProgress {
  readonly #terminal: Terminal;
  readonly #now: () => number;
  #told = Number.NEGATIVE_INFINITY;
  #live = false;

  constructor(terminal: Terminal, now: () => number = Date.now) {
    this.#terminal = terminal;
    this.#now = now;
  }

  /** Something ended: the line stays. */
  note(line: string): void {
    this.#clear();
    this.#terminal.write(`${printable(line)}\n`);
    // The next piece of work starts afresh: its first line is not held back.
    this.#told = Number.NEGATIVE_INFINITY;
  }

  /** Something is in progress. */
  update(line: string): void {
    const flat = printable(line.replace(/[\r\n\t]+/g, " ")).trim();
    if (this.#terminal.isTTY) {
      this.#clear();
      this.#terminal.write([...flat].slice(0, (this.#terminal.columns || 80) - 1).join(""));
      this.#live = true;
    } else if (this.#now() - this.#told >= logMilliseconds) {
      this.#terminal.write(`${flat}\n`);
      this.#told = this.#now();
    }
  }

  #clear(): void {
    if (this.#live) this.#terminal.write("\r\u001b[2K");
    this.#live = false;
  }
}
