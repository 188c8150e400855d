/** Where progress goes: standard error, or anything that takes text. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** Between two lines of a log about the same thing. */
const logMilliseconds = 9_500;

/**
 * Tells a person what a long command is doing: one line that is written over on a terminal; in a log, a line whenever
 * something ends, and at most one every ten seconds about what goes on.
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
    this.#terminal.write(`${line}\n`);
    // What comes next has its own waits: the first line about them is not held back.
    this.#told = Number.NEGATIVE_INFINITY;
  }

  /** Something goes on. */
  update(line: string): void {
    const flat = line.replace(/[\r\n\t]+/g, " ").trim();
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
