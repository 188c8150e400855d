import { inspect } from "node:util";
import type { CellSources } from "./cell-source";

/** Why a cell failed, as Jupyter's messages carry it. */
export interface CellFailure {
  ename: string;
  evalue: string;
  /** Lines to print; no terminal colors. */
  traceback: string[];
}

/** A thrown value as a failure; the frames of the kernel's own machinery are left out, the cell's line is shown. */
export function thrownFailure(thrown: unknown, sources?: CellSources): CellFailure {
  if (isInterrupt(thrown)) return interruptedFailure();
  if (!(thrown instanceof Error) && !isErrorLike(thrown)) {
    const text = inspect(thrown);
    return { ename: "Thrown", evalue: text, traceback: [`Thrown: ${text}`] };
  }
  // Node puts the compiled line before the error that leaves a script.
  const lines = inspected(thrown)
    .replace(/^(Cell\[\d+\]|Expression):\d+\n(?:.*\n){1,4}?\n/, "")
    .split("\n")
    .filter((line) => !machinery.test(line));
  const [, cell = "", line = ""] = lines.join("\n").match(/(Cell\[\d+\]):(\d+):\d+/) ?? [];
  const excerpt = sources?.excerpt({ cell, line: Number(line) }) ?? [];
  const shown = excerpt.length === 0 ? [] : [`${cell}, line ${line}`, ...excerpt, ""];
  return { ename: String(thrown.name), evalue: String(thrown.message), traceback: [...shown, ...lines] };
}

/** What the cell's TypeScript found wrong before anything ran, one line per finding as `line:column - text`. */
export function typeFailure(findings: readonly string[], sources?: CellSources): CellFailure {
  const shown = findings.flatMap((finding) => {
    const [, line] = finding.match(/^(\d+):\d+ - /) ?? [];
    const excerpt = line && sources ? sources.excerpt({ cell: sources.next, line: Number(line) }, 0) : [];
    return [finding, ...excerpt];
  });
  return { ename: "TypeScriptError", evalue: findings[0] ?? "the cell does not compile", traceback: shown };
}

export function interruptedFailure(): CellFailure {
  const evalue = "the cell was interrupted";
  return { ename: "Interrupted", evalue, traceback: [`Interrupted: ${evalue}`] };
}

const machinery =
  /^\s+at .*([\\/]tslab[\\/]dist[\\/]|[\\/]dist[\\/]jupyter[\\/]|node:vm|node:internal|\(node:async_hooks)/;

/** An error may have been made so that looking at it throws. */
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

function isInterrupt(thrown: unknown): boolean {
  if (!isErrorLike(thrown)) return false;
  return (thrown as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_INTERRUPTED" || thrown.name === "Interrupted";
}
