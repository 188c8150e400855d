import { CliError } from "../errors";

/**
 * `KEY=VALUE` words as an object; VALUE is parsed as JSON or else kept as text.
 *
 * @throws {CliError} for a word without a key
 */
export function assignments(words: readonly string[], option: string): Record<string, unknown> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf("=");
      if (at < 1) throw new CliError(`--${option} expects KEY=VALUE, got ${word}`);
      return [word.slice(0, at), jsonOrText(word.slice(at + 1))];
    }),
  );
}

/** `{ "a.b": 1 }` as `{ a: { b: 1 } }`. @throws {CliError} if a name is both value and group, or is no setting */
export function nested(flat: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const tree: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(flat)) {
    const names = path.split(".");
    // It would set the prototype of objects, not a setting.
    if (names.includes("__proto__")) throw new CliError(`--set ${path}: __proto__ is no setting`);
    const last = names.pop() as string;
    let place = tree;
    for (const name of names) {
      if (!Object.hasOwn(place, name)) place[name] = {};
      if (typeof place[name] !== "object" || place[name] === null)
        throw new CliError(`--set ${path}: ${name} has a value of its own`);
      place = place[name] as Record<string, unknown>;
    }
    place[last] = value;
  }
  return tree;
}

/** Settings with others merged over them, group by group: `{ a: { b: 1 } }` over `{ a: { c: 2 } }` keeps both. */
export function merged(under: Readonly<Record<string, unknown>>, over: Readonly<Record<string, unknown>>) {
  const all: Record<string, unknown> = { ...under };
  for (const [name, value] of Object.entries(over)) {
    const below = Object.hasOwn(under, name) ? under[name] : undefined;
    all[name] = isGroup(value) && isGroup(below) ? merged(below, value) : value;
  }
  return all;
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** @throws {CliError} unless the option's text is a number above 0 */
export function positive(text: string, option: string, unit = "a number"): number {
  const value = Number(text);
  if (!(value > 0)) throw new CliError(`--${option} expects ${unit} above 0, got ${text}`);
  return value;
}

/** @throws {CliError} unless the option's text is a whole number above 0 */
export function count(text: string, option: string): number {
  const value = positive(text, option, "a whole number");
  if (!Number.isInteger(value)) throw new CliError(`--${option} expects a whole number, got ${text}`);
  return value;
}
