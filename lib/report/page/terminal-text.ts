import { stripVTControlCharacters } from "node:util";

const most = 48_000;
/** Farthest column that cursor moves reach, and longest stretch that is erased backwards: more than any terminal has. */
const widest = 1000;

/** Output text as a terminal would have left it: no colors, and nothing that was overwritten. */
export function plainText(text: string): string {
  const unified = text.replace(/\r\n/g, "\n");
  return shorten(moves.test(unified) ? onScreen(unified) : stripVTControlCharacters(unified));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const moves = /[\r\b]|\x1b\[[\d;]*[A-DGHJK]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const pieces = /\x1b\[([\d;]*)([A-DGJK])|[\r\b\n]|\x1b(?:\[[\d;?]*[A-Za-z]|\][^\x07\x1b]*\x07|.)|[^\x1b\r\b\n]+/gs;

/** Text with progress bars resolved: carriage returns, backspaces, cursor moves, jumps to a column, and erasing. */
function onScreen(text: string): string {
  const lines: string[][] = [[]];
  let [row, column] = [0, 0];
  const lineAt = (at: number) => {
    while (lines.length <= at) lines.push([]);
    return lines[at] as string[];
  };
  for (const [piece, parameter, command] of text.matchAll(pieces)) {
    const count = Number(parameter?.split(";")[0] || 1);
    if (piece === "\n") [row, column] = [row + 1, 0];
    else if (piece === "\r") column = 0;
    else if (piece === "\b" || command === "D") column = Math.max(0, column - count);
    else if (command === "A") row = Math.max(0, row - count);
    else if (command === "B") row = Math.min(lines.length - 1, row + count);
    else if (command === "C") column = Math.max(column, Math.min(column + count, widest));
    else if (command === "G") column = Math.min(count, widest) - 1;
    else if (command === "K" || command === "J") erase(lines, row, column, command, parameter ?? "");
    else if (!piece.startsWith("\x1b")) {
      const line = lineAt(row);
      while (line.length < column) line.push(" ");
      for (const character of piece) line[column++] = character;
    }
    lineAt(row);
  }
  return lines.map((line) => line.join("")).join("\n");
}

/** Erases: `K` to the line's end (0), to its start (1) or all of it (2); `J` also all later lines. */
function erase(lines: string[][], row: number, column: number, command: string, parameter: string): void {
  const line = lines[row] ?? [];
  if (parameter === "1") line.fill(" ", Math.max(0, column - widest), column + 1);
  else line.splice(parameter === "2" ? 0 : column);
  if (command === "J") lines.splice(row + 1);
}

/** The beginning and end of a text that is too long to read; the notebook file has all of it. */
function shorten(text: string): string {
  if (text.length <= most) return text;
  const left = text.length - most;
  return `${text.slice(0, most / 2)}\n… ${left} characters left out here; the executed notebook has them …\n${text.slice(-most / 2)}`;
}
