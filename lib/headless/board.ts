import { formatSeconds, type Terminal, TerminalProgress } from "../system";

/** Where one notebook stands. */
export interface BoardRow {
  readonly state: string;
  /** `3 of 14`: code cells. */
  readonly cell?: string;
  /** What it shows at the moment. */
  readonly text?: string;
}

interface Entry extends BoardRow {
  begun: number | undefined;
  ended: number | undefined;
}

const redrawMilliseconds = 1000;

/**
 * What several notebooks are doing: on a terminal one table that is drawn over itself, with lines that stay above it; in a
 * log the lines, and now and then one for each notebook that goes on.
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

  /** It is a table that is drawn over itself, and no log. */
  get drawn(): boolean {
    return this.#terminal.isTTY === true;
  }

  /** The notebook goes on. @param line what a log says about it */
  update(name: string, row: BoardRow, line: string): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    const { begun = this.#now() } = entry;
    this.#entries.set(name, { ...row, begun, ended: undefined });
    if (this.#terminal.isTTY) this.#draw();
    else this.#logs.get(name)?.update(line);
  }

  /** A line that stays; on a terminal only if it is worth more than the table. */
  note(name: string | undefined, line: string, options: { quiet?: boolean } = {}): void {
    if (this.#terminal.isTTY && options.quiet) return;
    if (this.#terminal.isTTY) {
      this.#erase();
      this.#terminal.write(`${line}\n`);
      this.#draw();
    } else (this.#logs.get(name ?? "") ?? new TerminalProgress(this.#terminal, this.#now)).note(line);
  }

  /** The notebook is done, one way or the other. */
  end(name: string, state: string): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    this.#entries.set(name, { begun: entry.begun ?? this.#now(), ended: this.#now(), state, ...cellOf(entry) });
    if (this.#terminal.isTTY) this.#draw();
  }

  /** Takes the table away; the lines stay. */
  close(): void {
    clearInterval(this.#timer);
    this.#erase();
  }

  #draw(): void {
    this.#erase();
    // A pseudo-terminal may say 0.
    const columns = this.#terminal.columns || 80;
    const rows = this.#terminal.rows || 24;
    const width = Math.max(...[...this.#entries.keys()].map((name) => name.length));
    const all = [...this.#entries].map(([name, entry]) => ({ entry, line: this.#line(name, entry, width) }));
    // What does not fit is what waits or has ended.
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
    const flat = text.replace(/[\r\n\t]+/g, " ").trim();
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
