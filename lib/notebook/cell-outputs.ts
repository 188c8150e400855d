import type { IDisplayData, IError, IMimeBundle, IOutput, IStream } from "@jupyterlab/nbformat";
import type { CellFailure, Message } from "../jupyter";

/** A notebook's displays by id, wherever they are: an update replaces each display with that id. */
export class DisplayRegistry {
  readonly #outputs = new Map<string, IDisplayData[]>();

  add(id: string, output: IDisplayData): void {
    this.#outputs.set(id, [...(this.#outputs.get(id) ?? []), output]);
  }

  update(id: string, content: { data: IMimeBundle; metadata: IDisplayData["metadata"] }): void {
    for (const output of this.#outputs.get(id) ?? []) Object.assign(output, content);
  }
}

/** Longest text that one cell may print; an endless printing loop must not fill the memory. */
const mostText = 1 << 25;

/** A cell's outputs, assembled from the messages that it publishes. */
export class CellOutputs {
  readonly list: IOutput[] = [];
  /** The most recent visible output: the last line printed, or the text of the last display. */
  latest: string | undefined;
  /** Times of the kernel's messages, as JupyterLab records them under `metadata.execution`. */
  readonly times: Record<string, string> = {};
  readonly #displays: DisplayRegistry;
  #clearBeforeNext = false;
  #textLength = 0;

  constructor(displays: DisplayRegistry) {
    this.#displays = displays;
  }

  add({ header, content }: Message): void {
    const { msg_type: type } = header;
    if (type === "status") this.times[`iopub.status.${String(content.execution_state)}`] = header.date;
    else if (type === "execute_input") this.times["iopub.execute_input"] = header.date;
    else if (type === "stream") this.#stream(content.name === "stderr" ? "stderr" : "stdout", String(content.text));
    else if (type === "display_data") this.#display(content);
    else if (type === "update_display_data") this.#update(content);
    else if (type === "execute_result")
      this.#push({ output_type: type, execution_count: count(content), ...bundle(content) });
    else if (type === "error") this.fail(content as unknown as CellFailure);
    else if (type === "clear_output") this.#clear(content.wait === true);
  }

  fail({ ename, evalue, traceback }: CellFailure): void {
    const error: IError = { output_type: "error", ename, evalue, traceback };
    this.#push(error);
  }

  /** What went to stderr, for a kernel that reports errors only there. */
  get stderr(): string {
    const streams = this.list.filter((output): output is IStream => output.output_type === "stream");
    return streams.map((output) => (output.name === "stderr" ? output.text : "")).join("");
  }

  #stream(name: "stdout" | "stderr", text: string): void {
    this.#applyClear();
    if (this.#textLength > mostText) return;
    this.#textLength += text.length;
    const kept = this.#textLength > mostText ? `${text}\n[cut: more than ${mostText} characters]\n` : text;
    const last = this.list.at(-1) as IStream | undefined;
    if (last?.output_type === "stream" && last.name === name) last.text = `${last.text}${kept}`;
    else this.list.push({ output_type: "stream", name, text: kept });
    this.latest = lastLine(text) ?? this.latest;
  }

  #display(content: Message["content"]): void {
    const output: IDisplayData = { output_type: "display_data", ...bundle(content) };
    const id = displayId(content);
    if (id !== undefined) this.#displays.add(id, output);
    this.#push(output);
    this.latest = shownText(output.data) ?? this.latest;
  }

  #update(content: Message["content"]): void {
    const shown = bundle(content);
    this.#displays.update(displayId(content) ?? "", shown);
    this.latest = shownText(shown.data) ?? this.latest;
  }

  #push(output: IOutput): void {
    this.#applyClear();
    this.list.push(output);
  }

  #clear(waits: boolean): void {
    this.#clearBeforeNext = true;
    if (!waits) this.#applyClear();
  }

  #applyClear(): void {
    if (this.#clearBeforeNext) this.list.length = 0;
    this.#clearBeforeNext = false;
  }
}

function bundle(content: Message["content"]): { data: IMimeBundle; metadata: IDisplayData["metadata"] } {
  const metadata = (content.metadata ?? {}) as IDisplayData["metadata"];
  return { data: (content.data ?? {}) as IMimeBundle, metadata };
}

function displayId(content: Message["content"]): string | undefined {
  const { display_id: id } = (content.transient ?? {}) as { display_id?: unknown };
  return typeof id === "string" ? id : undefined;
}

function count(content: Message["content"]): number | null {
  return typeof content.execution_count === "number" ? content.execution_count : null;
}

function shownText(data: IMimeBundle): string | undefined {
  const text = data["text/plain"];
  return typeof text === "string" ? lastLine(text) : undefined;
}

function lastLine(text: string): string | undefined {
  return text
    .slice(-2000)
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== "")
    .at(-1)
    ?.trim();
}
