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

/** @throws {CliError} unless the option's text is a number of 0 or more */
export function zeroOrMore(text: string, option: string, unit = "a number"): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!(value >= 0 && Number.isFinite(value)))
    throw new CliError(`--${option} expects ${unit} of 0 or more, got ${text}`);
  return value;
}
