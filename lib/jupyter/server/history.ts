/** One executed cell: Jupyter's (session, line, input), with its output. */
interface Entry {
  readonly line: number;
  readonly input: string;
  readonly output: string | null;
}

/** What a history_request asks for. */
export interface HistoryRequest {
  hist_access_type?: "tail" | "range" | "search";
  output?: boolean;
  n?: number;
  session?: number;
  start?: number;
  stop?: number;
  /** With * and ? as wildcards. */
  pattern?: string;
  unique?: boolean;
}

/** The number of this session; a kernel keeps no other. */
const thisSession = 1;

/** The cells of this session, for a console's arrow keys; it is not written to disk. */
export class History {
  readonly #entries: Entry[] = [];

  add(line: number, input: string, output: string | null): void {
    this.#entries.push({ line, input, output });
  }

  /** Rows of a history_reply: [session, line, input], or with outputs [session, line, [input, output]]. */
  answer(request: HistoryRequest): unknown[] {
    return this.#chosen(request).map(({ line, input, output }) => [
      thisSession,
      line,
      request.output ? [input, output] : input,
    ]);
  }

  #chosen({ hist_access_type: type, n, session, start = 0, stop, pattern = "*", unique }: HistoryRequest): Entry[] {
    const last = (entries: Entry[]) =>
      typeof n === "number" ? entries.slice(Math.max(0, entries.length - n)) : entries;
    if (type === "range") {
      // 0 is the current session, negative numbers are earlier ones.
      if (session !== undefined && session !== 0 && session !== thisSession) return [];
      return this.#entries.filter(({ line }) => line >= start && line < (stop ?? Number.POSITIVE_INFINITY));
    }
    if (type !== "search") return last(this.#entries);
    const matches = glob(pattern);
    const found = this.#entries.filter(({ input }) => matches.test(input));
    if (!unique) return last(found);
    return last(found.filter(({ input }, at) => found.findLastIndex((other) => other.input === input) === at));
  }
}

function glob(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", "[\\s\\S]*").replaceAll("?", "[\\s\\S]")}$`);
}
