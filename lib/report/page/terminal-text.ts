import { stripVTControlCharacters } from "node:util";

const most = 48_000;

/** Output text as a terminal would have left it: no colors, and of a line that was written over only the last state. */
export function plainText(text: string): string {
  const lines = stripVTControlCharacters(text)
    .replace(/\r\n/g, "\n")
    .split("\n")
    .map((line) => line.replace(/\r+$/, "").split("\r").at(-1) ?? "");
  return shorten(lines.join("\n"));
}

/** The beginning and the end of a text that is too long to read; the notebook file has all of it. */
function shorten(text: string): string {
  if (text.length <= most) return text;
  const left = text.length - most;
  return `${text.slice(0, most / 2)}\n… ${left} characters left out here; the executed notebook has them …\n${text.slice(-most / 2)}`;
}
