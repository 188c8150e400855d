import { SourceMap } from "node:module";

/** A place in a cell, both from 1. */
export interface CellPlace {
  cell: string;
  line: number;
  column: number;
}

interface Source {
  code: string;
  compiledLines: number;
  /** Compiled once by TypeScript, then from its modules to Node's: later first. Parsed when they are needed. */
  maps: (MapPayload | SourceMap)[];
}

export type MapPayload = ConstructorParameters<typeof SourceMap>[0];

const remembered = 1000;

/** The texts of the cells and how their compiled lines lead back to them. */
export class CellSources {
  /** What the next compiled text is called in stack traces: `Cell[3]`. */
  next = "Cell[0]";
  code = "";
  readonly #sources = new Map<string, Source>();

  /** @returns the compiled text with its name in it */
  add(compiled: string, maps: MapPayload[]): string {
    this.#sources.delete(this.next);
    this.#sources.set(this.next, { code: this.code, compiledLines: compiled.trimEnd().split("\n").length, maps });
    if (this.#sources.size > remembered) this.#sources.delete(this.#sources.keys().next().value as string);
    return `${compiled}\n//# sourceURL=${this.next}`;
  }

  /** Where in a cell the place of a compiled one (from 1) was written, or undefined if it is not in a cell. */
  place(file: string | null | undefined, line: number | null, column: number | null): CellPlace | undefined {
    const source = this.#sources.get(file ?? "");
    if (source === undefined || line === null) return undefined;
    // tslab puts the text of a function's head before the first line.
    let [row, at] = [line - 1, Math.max(0, (column ?? 1) - 1)];
    source.maps = source.maps.map((map) => (map instanceof SourceMap ? map : new SourceMap(map)));
    for (const map of source.maps as SourceMap[]) {
      const entry = map.findEntry(row, at);
      if (!("originalLine" in entry)) return undefined;
      [row, at] = [entry.originalLine, entry.originalColumn];
    }
    // tslab's first line is its own.
    const lines = source.code.split("\n").length;
    return { cell: file as string, line: Math.min(Math.max(row, 1), lines), column: at + 1 };
  }

  /** The cell's lines around the place, the one meant marked by an arrow. */
  excerpt({ cell, line }: Pick<CellPlace, "cell" | "line">, around = 2): string[] {
    const lines = this.#sources.get(cell)?.code.split("\n") ?? [];
    const first = Math.max(1, line - around);
    return lines.slice(first - 1, line + around).map((text, index) => {
      const number = first + index;
      return `${number === line ? "---->" : "     "} ${String(number).padStart(3)} ${text}`.trimEnd();
    });
  }

  /** Lets `error.stack` name the cells' own lines. */
  nameInStacks(): void {
    Error.prepareStackTrace = (error, frames) => {
      const lines = frames.map((frame) => this.#frame(frame)).filter((text) => text !== "");
      return [headOf(error), ...lines.map((text) => `    at ${text}`)].join("\n");
    };
  }

  /** As Node writes it, with the cell's own line; empty for tslab's call of the cell. */
  #frame(frame: NodeJS.CallSite): string {
    const text = frame.toString();
    const [file, line] = [frame.getScriptNameOrSourceURL?.(), frame.getLineNumber()];
    const place = this.place(file, line, frame.getColumnNumber());
    if (place === undefined) return text;
    if ((line ?? 0) > (this.#sources.get(place.cell)?.compiledLines ?? 0)) return "";
    const where = `${place.cell}:${place.line}:${place.column}`;
    // What earlier cells declared is kept in a proxy of tslab's.
    const name = text.match(/^(.*) \(.*\)$/s)?.[1]?.replace(/^(async )?Proxy\./, "$1");
    return name === undefined ? where : `${name} (${where})`;
  }
}

function headOf(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}
