import { keepPartial, withInterrupts } from "../interruption";
import type { Displayable } from "../report";
import { shownAs } from "../summary";
import { formatSeconds } from "../system";
import { historyTable } from "./history-table";
import { kernelBridge } from "./kernel-bridge";
import { progressFigure, type Watchable } from "./progress-figure";
import { type LiveDisplay, liveDisplay } from "./show";

export interface WatchOptions<R> {
  title?: string;
  /** Names of the record's numbers to show in the line and the figure. Default: none. */
  show?: readonly (keyof R & string)[];
  /** Whether to draw a small live figure of these numbers by step. Default: in a notebook, if there are any. */
  figure?: boolean;
}

const BAR = 24;
const EVERY_MS = 500;
const FIGURE_EVERY_MS = 2000;
/** The training thread draws the figure, which may take at most one part in so many of its time. */
const FIGURE_SHARE = 30;

/** Seconds a step has to end by itself after a stop; one that is being compiled continues in the background. */
const STOP_AFTER = 0.7;
/** Work that a stop left running in the background; the next `watch` waits for it. */
const leftBehind = new Set<Promise<unknown>>();

/**
 * All records of an iterator, which it runs to the end while showing a live progress line and a small figure.
 *
 * What it showed last stays, even when it is stopped: `const history = await watch(train(state, data))` has the records
 * up to then. A step that takes longer than a second to stop, because it is being compiled, ends in the background; the
 * next `watch` waits for it.
 *
 * @throws {Interrupted} when the notebook's cell is interrupted
 */
export async function watch<R extends Watchable>(
  records: AsyncIterable<R>,
  options: WatchOptions<R> = {},
): Promise<R[]> {
  const history: R[] = [];
  shownAs(history, () => historyTable(history, options.show));
  const progress = new Progress<R>(options, history);
  return withInterrupts(async (signal) => {
    await progress.waiting("the step that was stopped ends", untilStopped(Promise.all(leftBehind), signal));
    const iterator = records[Symbol.asyncIterator]();
    try {
      for (;;) {
        const what = history.length === 0 ? "compiling" : "";
        const step = await progress.waiting(what, untilStopped(iterator.next(), signal));
        if (step.done) return history;
        history.push(step.value);
        await progress.step(step.value);
        signal?.throwIfAborted();
      }
    } catch (error) {
      leaveBehind(iterator);
      throw keepPartial(error, history);
    } finally {
      await progress.end();
    }
  });
}

/** Closes the iterator as soon as its current step has ended. */
function leaveBehind(iterator: AsyncIterator<unknown>): void {
  const closed: Promise<unknown> = Promise.resolve(iterator.return?.())
    .catch(() => {})
    .finally(() => leftBehind.delete(closed));
  leftBehind.add(closed);
}

/** The work's result; or, a moment after a stop, an error while the work continues in the background. */
async function untilStopped<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  const stopped = new Promise<never>((_, reject) => {
    onAbort = () => {
      timer = setTimeout(() => reject(signal.reason), 1000 * STOP_AFTER);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}

/** A line of text in one place of a cell's output: each call replaces the previous line. */
export function liveLine(): (text: string) => void {
  const live = liveDisplay();
  return (text) => {
    // Shown in order with everything else; a cell waits for what it has shown.
    void live.update(textOf(text));
  };
}

/** The live line and the live figure of one `watch`. */
class Progress<R extends Watchable> {
  readonly #line = liveDisplay();
  readonly #figure: { live: LiveDisplay; draw: (records: readonly R[]) => Displayable } | undefined;
  readonly #options: WatchOptions<R>;
  readonly #history: readonly R[];
  readonly #began = performance.now();
  #told: R | undefined;
  #nextLine = 0;
  #drawn: R | undefined;
  #nextFigure = 0;

  constructor(options: WatchOptions<R>, history: readonly R[]) {
    const { show = [], figure = kernelBridge() !== undefined, title } = options;
    this.#options = options;
    this.#history = history;
    if (figure && show.length > 0) this.#figure = { live: liveDisplay(), draw: progressFigure(show, title) };
    this.#nextFigure = this.#began + FIGURE_EVERY_MS;
  }

  /** The work's result; meanwhile, from the first second on, the line says how long it has been waiting. */
  async waiting<T>(what: string, work: Promise<T>): Promise<T> {
    if (what === "" || kernelBridge() === undefined) return work;
    const began = performance.now();
    const { title } = this.#options;
    const ticking = setInterval(() => {
      const text = `${title ? `${title}  ` : ""}${what}, ${formatSeconds((performance.now() - began) / 1000)}`;
      // Shown in order with everything else; a stopped cell shows nothing more.
      this.#line.update(textOf(text)).catch(() => {});
    }, 1000);
    return work.finally(() => clearInterval(ticking));
  }

  async step(record: R): Promise<void> {
    if (performance.now() >= this.#nextLine) await this.#tell(record);
    if (performance.now() >= this.#nextFigure) await this.#draw(record);
  }

  /** Draws the final state, which stays. */
  async end(): Promise<void> {
    const last = this.#history.at(-1);
    if (last === undefined) return;
    if (last !== this.#told || last.step < last.steps) await this.#tell(last, true);
    if (last !== this.#drawn && this.#history.length > 1) await this.#draw(last);
  }

  async #tell(record: R, ended = false): Promise<void> {
    this.#told = record;
    this.#nextLine = performance.now() + EVERY_MS;
    const seconds = (performance.now() - this.#began) / 1000;
    await this.#line.update(textOf(line(record, seconds, ended, this.#options)));
  }

  async #draw(record: R): Promise<void> {
    if (this.#figure === undefined) return;
    this.#drawn = record;
    const began = performance.now();
    await this.#figure.live.update(this.#figure.draw(this.#history));
    const took = performance.now() - began;
    this.#nextFigure = performance.now() + Math.max(FIGURE_EVERY_MS, FIGURE_SHARE * took);
  }
}

function textOf(text: string): Displayable {
  return { toText: () => text, toMimeBundle: async () => ({ "text/plain": text }) };
}

function line<R extends Watchable>(
  record: R,
  seconds: number,
  ended: boolean,
  { title, show = [] }: WatchOptions<R>,
): string {
  const { step, steps, imagesPerSecond, secondsLeft } = record;
  // A loop of one's own may take more steps than it promised, or promise none.
  const full = Math.round(BAR * Math.min(1, step / Math.max(1, steps)));
  const numbers = show.map((name) => `${name} ${short(record[name])}`);
  const after = formatSeconds(seconds);
  const time = step === steps ? after : ended ? `stopped after ${after}` : `${formatSeconds(secondsLeft)} left`;
  return [
    `${title ? `${title}  ` : ""}${"█".repeat(full)}${"░".repeat(BAR - full)}  ${step}/${steps}`,
    `${imagesPerSecond.toFixed(0)} images/s`,
    time,
    ...numbers,
  ].join("  ");
}

function short(value: unknown): string {
  return typeof value === "number" ? String(Number(value.toPrecision(3))) : "–";
}
