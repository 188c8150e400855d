import type { Displayable } from "../report";
import { liveDisplay } from "./show";

/** What `watch` reads of a record; every other number in it is shown by its name. */
export interface Watchable {
  step: number;
  steps: number;
  imagesPerSecond: number;
  secondsLeft: number;
}

const BAR = 24;
const EVERY_MS = 500;

/**
 * Runs something that yields records to its end and gives all of them, with one live line of where it stands.
 *
 * A notebook cell cannot hold a `for await` of its own; with this it awaits: `await watch(train(state, data))`.
 *
 * @param options.show  names of the record's numbers for the line; default: none
 */
export async function watch<R extends Watchable>(
  records: AsyncIterable<R>,
  options: { title?: string; show?: readonly (keyof R & string)[] } = {},
): Promise<R[]> {
  const live = liveDisplay();
  const history: R[] = [];
  const began = Date.now();
  let told = 0;
  for await (const record of records) {
    history.push(record);
    if (Date.now() - told < EVERY_MS && record.step < record.steps) continue;
    told = Date.now();
    await live.update(line(record, (Date.now() - began) / 1000, options));
  }
  return history;
}

/** A line of text in one place of a cell's output: each call replaces the line before. */
export function liveLine(): (text: string) => void {
  const live = liveDisplay();
  return (text) => {
    // Shown in order with all else; a cell waits for what it has shown.
    void live.update(textOf(text));
  };
}

function textOf(text: string): Displayable {
  return { toText: () => text, toMimeBundle: async () => ({ "text/plain": text }) };
}

function line<R extends Watchable>(
  record: R,
  seconds: number,
  { title, show = [] }: { title?: string; show?: readonly (keyof R & string)[] },
): Displayable {
  const { step, steps, imagesPerSecond, secondsLeft } = record;
  const full = Math.round((BAR * step) / steps);
  const numbers = show.map((name) => `${name} ${short(record[name])}`);
  const text = [
    `${title ? `${title}  ` : ""}${"█".repeat(full)}${"░".repeat(BAR - full)}  ${step}/${steps}`,
    `${imagesPerSecond.toFixed(0)} images/s`,
    step === steps ? `${seconds.toFixed(0)} s` : `${secondsLeft.toFixed(0)} s left`,
    ...numbers,
  ].join("  ");
  return textOf(text);
}

function short(value: unknown): string {
  return typeof value === "number" ? String(Number(value.toPrecision(3))) : "–";
}
