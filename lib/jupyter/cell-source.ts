import { SourceMap } from "node:module";
import path from "node:path";
import { session } from "./compiler";

/** A position in a cell; line and column count from 1. */
export interface CellPlace {
  cell: string;
  line: number;
  column: number;
}

interface Source {
  readonly code: string;
  /** Source map from the compiled lines to the cell's; parsed on first use. */
  map: string | SourceMap;
}

type MapPayload = ConstructorParameters<typeof SourceMap>[0];

const remembered = 1000;

/** The source of each cell and the map from its compiled lines back to it. */
export class CellSources {
  readonly #sources = new Map<string, Source>();

  /**
   * @param name the cell's name in stack traces: `Cell[3]`
   * @returns the compiled text with that name in it
   */
  add(name: string, code: string, { javascript, sourceMap }: { javascript: string; sourceMap: string }): string {
    this.#sources.delete(name);
    this.#sources.set(name, { code, map: sourceMap });
    if (this.#sources.size > remembered) this.#sources.delete(this.#sources.keys().next().value as string);
    return `${javascript}\n//# sourceURL=${name}`;
  }

  /** The position in a cell's source of a position in compiled code (from 1); undefined if that is not in a cell. */
  place(file: string | null | undefined, line: number | null, column: number | null): CellPlace | undefined {
    const source = this.#sources.get(file ?? "");
    if (source === undefined || line === null) return undefined;
    if (typeof source.map === "string") source.map = new SourceMap(JSON.parse(source.map) as MapPayload);
    // The first line is the header of the function that the cell runs as.
    const entry = source.map.findEntry(line - 2, Math.max(0, (column ?? 1) - 1));
    if (!("originalLine" in entry)) return undefined;
    const lines = source.code.split("\n").length;
    return { cell: file as string, line: Math.min(entry.originalLine + 1, lines), column: entry.originalColumn + 1 };
  }

  /** The cell's lines around a position, with an arrow at the line in question. */
  excerpt({ cell, line }: Pick<CellPlace, "cell" | "line">, around = 2): string[] {
    const lines = this.#sources.get(cell)?.code.split("\n") ?? [];
    const first = Math.max(1, line - around);
    return lines.slice(first - 1, line + around).map((text, index) => {
      const number = first + index;
      return markedLine(number, text, number === line);
    });
  }

  /** Makes `error.stack` name the cells' own lines, and end where the kernel calls the cell. */
  nameInStacks(): void {
    Error.stackTraceLimit = 60;
    Error.prepareStackTrace = (error, frames) => {
      this.nameAsWritten(error);
      const innermost = frames.findIndex((frame) => this.#placeOf(frame) !== undefined);
      const caller =
        innermost < 0 ? -1 : frames.findIndex((frame, at) => at > innermost && frame.getFileName() === executor);
      const shown = caller < 0 ? frames : frames.slice(0, caller);
      const lines = shown.map((frame) => `    at ${this.#frame(frame)}`);
      return [headOf(error), ...lines].join("\n");
    };
  }

  /** Replaces our internal name for a variable by its own in the message of an error from the JavaScript engine. */
  nameAsWritten(error: unknown): void {
    if (!(error instanceof Error)) return;
    const { message } = error;
    if (typeof message !== "string" || !message.includes(`${session}.`)) return;
    const written = message.replace(calledName, "$1").replaceAll(`${session}.`, "");
    Object.defineProperty(error, "message", { value: written, configurable: true, writable: true });
  }

  #placeOf(frame: NodeJS.CallSite): CellPlace | undefined {
    return this.place(frame.getScriptNameOrSourceURL?.(), frame.getLineNumber(), frame.getColumnNumber());
  }

  /** A stack frame as Node writes it, with the cell's own line. */
  #frame(frame: NodeJS.CallSite): string {
    const text = frame.toString();
    const place = this.#placeOf(frame);
    if (place === undefined) return text;
    const where = `${place.cell}:${place.line}:${place.column}`;
    const name = text.match(/^(.*) \(.*\)$/s)?.[1];
    return name === undefined || frame.getFunctionName() === null ? where : `${name} (${where})`;
  }
}

/** The file whose code calls a cell. */
const executor = path.join(__dirname, "server", "cell-executor.js");
const calledName = new RegExp(`\\(0 ?, ${session}\\.([\\p{L}\\p{N}_$]+)\\)`, "gu");

/** A line of a cell as errors show it, with an arrow if it is the line in question. */
export function markedLine(number: number, text: string, meant: boolean): string {
  const shown = text.length > 200 ? `${text.slice(0, 199)}…` : text;
  return `${meant ? "---->" : "     "} ${String(number).padStart(3)} ${shown}`.trimEnd();
}

function headOf(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}
