import { AsyncLocalStorage } from "node:async_hooks";
import type { DisplayBundle, DisplayTarget } from "./bridge";

/** Sends one iopub message whose parent is the cell's request. */
export type Publish = (type: string, content: object) => void;

const flushMilliseconds = 20;
const flushLength = 1 << 16;

/**
 * One running cell, as the kernel process sees it: where its text and displays go.
 *
 * Text is gathered for a few milliseconds, so that a loop of prints costs few messages; the first write of a pause goes out
 * at once, also from code that never lets the event loop turn.
 */
export class RunningCell {
  /** The cell whose code is calling, also from callbacks and promises that it left behind. */
  static readonly current = new AsyncLocalStorage<RunningCell>();

  /** Errors that fail their cell: whoever hears of them in another way need not tell them again. */
  static readonly told = new WeakSet<object>();

  readonly #publish: Publish;
  readonly #pending: { name: "stdout" | "stderr"; text: string } = { name: "stdout", text: "" };
  #flushed = 0;
  #timer: NodeJS.Timeout | undefined;
  #shown: Promise<void> = Promise.resolve();
  #showFailure: { error: unknown } | undefined;
  #ended = false;

  constructor(publish: Publish) {
    this.#publish = publish;
  }

  publish(type: string, content: object): void {
    this.flush();
    this.#publish(type, content);
  }

  write(name: "stdout" | "stderr", text: string): void {
    if (text === "") return;
    if (this.#pending.name !== name) this.flush();
    this.#pending.name = name;
    this.#pending.text += text;
    if (this.#pending.text.length > flushLength || performance.now() - this.#flushed > flushMilliseconds) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), flushMilliseconds);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { name, text } = this.#pending;
    if (text === "") return;
    this.#pending.text = "";
    this.#flushed = performance.now();
    this.#publish("stream", { name, text });
  }

  /** Shows the bundle when those before it are out. */
  display(bundle: Promise<DisplayBundle>, target: DisplayTarget = {}): Promise<void> {
    const before = this.#shown;
    const shown = before.then(async () => {
      const { data, metadata } = await bundle;
      const transient = target.displayId === undefined ? {} : { display_id: target.displayId };
      this.publish(target.update ? "update_display_data" : "display_data", { data, metadata, transient });
    });
    bundle.catch(() => {}); // It is told through `shown`, which may only get to it later.
    this.#shown = shown.catch((error: unknown) => {
      this.#showFailure ??= { error };
      if (!this.#ended && error instanceof Object) RunningCell.told.add(error);
    });
    return shown;
  }

  /** For the end of the cell: everything shown is out. @throws the first error of a bundle's making */
  async settled(): Promise<void> {
    await this.#shown;
    this.#ended = true;
    const failure = this.#showFailure;
    this.#showFailure = undefined;
    if (failure !== undefined) throw failure.error;
  }
}
