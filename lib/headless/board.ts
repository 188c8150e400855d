import { stripVTControlCharacters } from "node:util";
import { formatSeconds, type Terminal, TerminalProgress } from "../system";

/** The progress of one notebook. */
export interface BoardRow {
  readonly state: string;
  /** `3 of 14`: code cells. */
  readonly cell?: string;
  /** What it is showing at the moment. */
  readonly text?: string;
}

interface Entry extends BoardRow {
  begun: number | undefined;
  ended: number | undefined;
}

const redrawMilliseconds = 1000;

/**
 * The progress of several notebooks: on a terminal, one table redrawn in place, with permanent lines above it; in a
 * log, those lines, and now and then one for each running notebook.
 */
export class Board {
  readonly #terminal: Terminal;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  readonly #logs = new Map<string, TerminalProgress>();
  readonly #timer: NodeJS.Timeout | undefined;
  #lines = 0;

  constructor(names: readonly string[], terminal: Terminal, now: () => number = Date.now) {
    this.#terminal = terminal;
    this.#now = now;
    for (const name of names) {
      this.#entries.set(name, { state: "waits", begun: undefined, ended: undefined });
      this.#logs.set(name, new TerminalProgress(terminal, now));
    }
    if (terminal.isTTY) this.#timer = setInterval(() => this.#draw(), redrawMilliseconds).unref();
  }

  /** Whether it is a table redrawn in place rather than a log. */
  get drawn(): boolean {
    return this.#terminal.isTTY === true;
  }

  /** Reports a notebook's progress. @param line what a log says about it */
  update(name: string, row: BoardRow, line: string): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    const { begun = this.#now() } = entry;
    this.#entries.set(name, { ...row, begun, ended: undefined });
    if (this.#terminal.isTTY) this.#draw();
    else this.#logs.get(name)?.update(line);
  }

  /** Writes a line that stays; a `quiet` one only in a log, since a terminal's table says as much. */
  note(name: string | undefined, line: string, options: { quiet?: boolean } = {}): void {
    if (this.#terminal.isTTY && options.quiet) return;
    if (this.#terminal.isTTY) {
      this.#erase();
      this.#terminal.write(`${line}\n`);
      this.#draw();
    } else (this.#logs.get(name ?? "") ?? new TerminalProgress(this.#terminal, this.#now)).note(line);
  }

  /** Reports that a notebook has ended, one way or the other. */
  end(name: string, state: string): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    this.#entries.set(name, { begun: entry.begun ?? this.#now(), ended: this.#now(), state, ...cellOf(entry) });
    if (this.#terminal.isTTY) this.#draw();
  }

  /** Removes the table; the lines stay. */
  close(): void {
    clearInterval(this.#timer);
    this.#erase();
  }

  #draw(): void {
    this.#erase();
    // A pseudo-terminal may report 0.
    const columns = this.#terminal.columns || 80;
    const rows = this.#terminal.rows || 24;
    const width = Math.max(...[...this.#entries.keys()].map((name) => name.length));
    const all = [...this.#entries].map(([name, entry]) => ({ entry, line: this.#line(name, entry, width) }));
    // If not all rows fit, those that wait or have ended are left out.
    const fits =
      all.length <= rows - 2
        ? all
        : all.filter(({ entry }) => entry.begun !== undefined && entry.ended === undefined).slice(0, rows - 3);
    const more = all.length - fits.length;
    const lines = [...fits.map(({ line }) => line), ...(more > 0 ? [`… and ${more} more`] : [])];
    this.#terminal.write(lines.map((line) => `${[...line].slice(0, columns - 1).join("")}\n`).join(""));
    this.#lines = lines.length;
  }

  #line(name: string, { state, cell = "", text = "", begun, ended }: Entry, width: number): string {
    const seconds = begun === undefined ? "" : formatSeconds(((ended ?? this.#now()) - begun) / 1000);
    // What a cell prints may color, move or ring.
    const flat = stripVTControlCharacters(text)
      .replace(/\p{Cc}+/gu, " ")
      .trim();
    return `${name.padEnd(width)}  ${seconds.padStart(12)}  ${cell.padStart(9)}  ${state.padEnd(10)}  ${flat}`.trimEnd();
  }

  #erase(): void {
    if (this.#lines > 0) this.#terminal.write(`\u001b[${this.#lines}A\u001b[0J`);
    this.#lines = 0;
  }
}

function cellOf({ cell }: BoardRow): { cell?: string } {
  return cell === undefined ? {} : { cell };
}
