/** A short description of a large object, as lines of a name and a value. */
export interface Summary {
  readonly title: string;
  readonly lines: readonly (readonly [name: string, said: string])[];
}

const longest = 100;

/** The methods that a notebook calls on a cell's last value. */
interface Forms {
  toText(): string;
  toMimeBundle(): Promise<Record<string, unknown>>;
}

/**
 * The same object, which a notebook displays in these forms as a cell's last value; otherwise unchanged.
 *
 * @param forms called when it is displayed
 */
export function shownAs<T extends object>(value: T, forms: () => Forms): T {
  const hidden = (member: unknown) => ({ value: member, enumerable: false, configurable: true });
  return Object.defineProperties(value, {
    toText: hidden(() => forms().toText()),
    toMimeBundle: hidden(() => forms().toMimeBundle()),
  });
}

/** The same object, displayed as its summary. */
export function withSummary<T extends object>(value: T, summary: () => Summary): T {
  const toText = () => textOf(summary());
  const toMimeBundle = async () => ({ "text/html": htmlOf(summary()), "text/plain": toText() });
  return shownAs(value, () => ({ toText, toMimeBundle }));
}

/** Settings in one line: `targetBlocks 4, targetScale 0.15–0.2, …`. */
export function settingsLine(settings: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(settings).map(([name, value]) => `${name} ${said(value)}`);
  const line = parts.join(", ");
  return line.length > longest ? `${line.slice(0, line.lastIndexOf(", ", longest))}, …` : line;
}

function said(value: unknown): string {
  if (Array.isArray(value)) return value.length > 4 ? `${value.length} values` : value.map(said).join(" ");
  return typeof value === "object" && value !== null ? "{…}" : String(value);
}

function textOf({ title, lines }: Summary): string {
  const width = Math.max(...lines.map(([name]) => name.length));
  return [title, ...lines.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`)].join("\n");
}

function htmlOf({ title, lines }: Summary): string {
  const rows = lines.map(
    ([name, text]) =>
      `<tr><th style="text-align:left">${escaped(name)}</th><td style="text-align:left">${escaped(text)}</td></tr>`,
  );
  return `<table><caption style="text-align:left">${escaped(title)}</caption><tbody>${rows.join("")}</tbody></table>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
