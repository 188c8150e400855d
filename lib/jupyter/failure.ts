import { inspect } from "node:util";
import { type CellSources, markedLine } from "./cell-source";

/** Why a cell failed, as Jupyter's messages carry it. */
export interface CellFailure {
  ename: string;
  evalue: string;
  /** Lines to print, without terminal colors. */
  traceback: string[];
}

/**
 * A thrown value as a failure: the cell's line first, frames outside cells only counted.
 *
 * If the value is built so that inspecting it throws, what it throws is reported instead.
 */
export function thrownFailure(thrown: unknown, sources?: CellSources): CellFailure {
  try {
    return describe(thrown, sources);
  } catch (other) {
    try {
      return describe(other, sources);
    } catch {
      const evalue = "a value that cannot be looked at was thrown";
      return { ename: "Thrown", evalue, traceback: [`Thrown: ${evalue}`] };
    }
  }
}

function describe(thrown: unknown, sources: CellSources | undefined): CellFailure {
  if (isInterrupt(thrown)) return interruptedFailure();
  if (!(thrown instanceof Error) && !isErrorLike(thrown)) {
    const text = inspect(thrown);
    return { ename: "Thrown", evalue: text, traceback: [`Thrown: ${text}`] };
  }
  sources?.nameAsWritten(thrown);
  // Node puts the compiled line before an error that escapes a script.
  const lines = folded(
    inspected(thrown)
      .replace(/^(Cell\[\d+\]|Expression):-?\d+\n(?:.*\n){1,4}?\n/, "")
      .split("\n"),
  );
  const [, cell = "", line = ""] = lines.join("\n").match(/(Cell\[\d+\]):(\d+):\d+/) ?? [];
  const excerpt = sources?.excerpt({ cell, line: Number(line) }) ?? [];
  const shown = excerpt.length === 0 ? [] : [`${cell}, line ${line}`, ...excerpt, ""];
  return { ename: String(thrown.name), evalue: String(thrown.message), traceback: [...shown, ...lines] };
}

/**
 * The failure of a cell in which TypeScript found something wrong before anything ran.
 *
 * @param findings one each, as `line:column - text`
 */
export function typeFailure(findings: readonly string[], code: string): CellFailure {
  const lines = code.split("\n");
  const shown = findings.flatMap((finding) => {
    const [, line] = finding.match(/^(\d+):\d+ - /) ?? [];
    return line === undefined ? [finding] : [finding, markedLine(Number(line), lines[Number(line) - 1] ?? "", true)];
  });
  return { ename: "TypeScriptError", evalue: findings[0] ?? "the cell does not compile", traceback: shown };
}

export function interruptedFailure(): CellFailure {
  const evalue = "the cell was interrupted";
  return { ename: "Interrupted", evalue, traceback: [`Interrupted: ${evalue}`] };
}

/** A stack frame of a library or of Node, between the cells' own. */
const foreign = /^\s+at (?!.*\bCell\[\d+\]:\d+:\d+\)?(?: \{)?$)/;

/** The lines of a stack with each run of foreign frames folded into one; all are kept if no cell is among them. */
function folded(lines: readonly string[]): string[] {
  if (!lines.some((line) => /^\s+at .*\bCell\[\d+\]:/.test(line))) return [...lines];
  const out: string[] = [];
  let hidden = 0;
  const tell = () => {
    if (hidden > 0) out.push(`    … ${hidden} ${hidden === 1 ? "frame" : "frames"} of libraries and Node`);
    hidden = 0;
  };
  for (const line of lines) {
    if (foreign.test(line)) hidden += 1;
    else {
      tell();
      out.push(line);
    }
  }
  tell();
  return out;
}

/** The error as text; inspecting it may itself throw. */
function inspected(thrown: Error): string {
  try {
    return inspect(thrown);
  } catch {
    return `${String(thrown.name)}: ${String(thrown.message)}`;
  }
}

/** An Error of another realm, such as one from node:vm. */
function isErrorLike(thrown: unknown): thrown is Error {
  return Object.prototype.toString.call(thrown) === "[object Error]";
}

/** The failure of a cell that ended the process it ran in. */
export function exitFailure(code: number): CellFailure {
  const evalue = `the cell ended its kernel by process.exit(${code})`;
  return { ename: kernelExit, evalue, traceback: [`${kernelExit}: ${evalue}`] };
}

export const kernelExit = "KernelExit";

function isInterrupt(thrown: unknown): boolean {
  if (!isErrorLike(thrown)) return false;
  return (thrown as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_INTERRUPTED" || thrown.name === "Interrupted";
}
