import { AsyncLocalStorage } from "node:async_hooks";
import { Interrupted, type InterruptScope } from "../../interruption";
import type { DisplayBundle, DisplayTarget } from "../../session/kernel-bridge";

/** Sends one iopub message whose parent is the cell's request. */
export type Publish = (type: string, content: object) => void;

const flushMilliseconds = 20;
const flushLength = 1 << 16;

/** Most characters that one cell may print. An endless printing loop would fill the notebook's file and the browser. */
const printLimit = 10_000_000;
/** Most displays and results per cell. */
const displayLimit = 20_000;

/**
 * One running cell, as the kernel process sees it: where its text and displays go.
 *
 * Text is gathered for a few milliseconds, so that a loop of prints costs few messages; the first write after a pause
 * goes out at once, even from code that never yields to the event loop.
 */
export class RunningCell {
  /** The cell whose code is calling, including from callbacks and promises that it left behind. */
  static readonly current = new AsyncLocalStorage<RunningCell>();

  /** Errors that fail their cell: if they surface elsewhere as well, they need not be reported again. */
  static readonly told = new WeakSet<object>();

  /** Called when an interrupt scope is opened or closed. */
  onScopes: () => void = () => {};
  readonly #publish: Publish;
  readonly #pending: { name: "stdout" | "stderr"; text: string } = { name: "stdout", text: "" };
  readonly #interruption = new AbortController();
  #flushed = 0;
  #timer: NodeJS.Timeout | undefined;
  #shown: Promise<void> = Promise.resolve();
  #showFailure: { error: unknown } | undefined;
  #ended = false;
  #scopes = 0;
  #muted = false;
  #printed = 0;
  #displayed = 0;

  constructor(publish: Publish) {
    this.#publish = publish;
  }

  publish(type: string, content: object): void {
    this.flush();
    if (!this.#muted) this.#publish(type, content);
  }

  write(name: "stdout" | "stderr", text: string): void {
    if (text === "" || this.#muted || this.#printed > printLimit) return;
    if (this.#pending.name !== name) this.flush();
    this.#pending.name = name;
    this.#pending.text += this.#within(text);
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

  /** Shows the bundle once those before it have been sent. */
  display(bundle: Promise<DisplayBundle>, target: DisplayTarget = {}): Promise<void> {
    const before = this.#shown;
    const shown = before.then(async () => {
      const { data, metadata } = await bundle;
      if (this.#muted) throw new Interrupted();
      const transient = target.displayId === undefined ? {} : { display_id: target.displayId };
      this.#count();
      if (this.#displayed <= displayLimit)
        this.publish(target.update ? "update_display_data" : "display_data", { data, metadata, transient });
    });
    bundle.catch(() => {}); // Reported through `shown`, which may get to it only later.
    this.#shown = shown.catch((error: unknown) => {
      if (!this.#muted) this.#showFailure ??= { error };
      if ((!this.#ended || this.#muted) && error instanceof Object) RunningCell.told.add(error);
    });
    return shown;
  }

  /** Resolves when everything shown has been sent, at the end of a cell. @throws the first error in making a bundle */
  async settled(): Promise<void> {
    await this.#shown;
    this.#ended = true;
    const failure = this.#showFailure;
    this.#showFailure = undefined;
    if (failure !== undefined) throw failure.error;
  }

  /** See `interruptScope`. */
  interruptScope(): InterruptScope {
    this.#add(1);
    let ended = false;
    const end = () => {
      if (!ended) this.#add(-1);
      ended = true;
    };
    return { signal: this.#interruption.signal, end };
  }

  get interruptScopes(): number {
    return this.#scopes;
  }

  get interrupted(): boolean {
    return this.#interruption.signal.aborted;
  }

  /** Asks the cell's tasks to stop. */
  interrupt(): void {
    this.#interruption.abort(new Interrupted());
  }

  /** For an abandoned cell: output of what still runs of it is dropped, and it ends when it tries to show something. */
  mute(): void {
    this.flush();
    this.#muted = true;
  }

  #add(tasks: number): void {
    this.#scopes += tasks;
    this.onScopes();
  }

  #count(): void {
    this.#displayed += 1;
    if (this.#displayed === displayLimit + 1) {
      const text = `[cut: this cell has shown ${displayLimit} things; what follows is not shown]\n`;
      this.#publish("stream", { name: "stderr", text });
    }
  }

  #within(text: string): string {
    const left = printLimit - this.#printed;
    this.#printed += text.length;
    if (text.length <= left) return text;
    this.#printed = Number.POSITIVE_INFINITY;
    return `${text.slice(0, left)}\n[cut: this cell has printed ${printLimit} characters; what follows is not shown]\n`;
  }
}
