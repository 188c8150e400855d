import { inspect } from "node:util";

/** Why a cell failed, as Jupyter's messages carry it. */
export interface CellFailure {
  ename: string;
  evalue: string;
  /** Lines to print; no terminal colors. */
  traceback: string[];
}

/** A thrown value as a failure; the frames of the kernel's own machinery are left out of the trace. */
export function thrownFailure(thrown: unknown): CellFailure {
  if (isInterrupt(thrown)) return interruptedFailure();
  if (!(thrown instanceof Error) && !isErrorLike(thrown)) {
    const text = inspect(thrown);
    return { ename: "Thrown", evalue: text, traceback: [`Thrown: ${text}`] };
  }
  const lines = inspect(thrown).split("\n");
  return { ename: thrown.name, evalue: thrown.message, traceback: lines.filter((line) => !machinery.test(line)) };
}

/** What the cell's TypeScript found wrong before anything ran, one line per finding as `line:column - text`. */
export function typeFailure(findings: readonly string[]): CellFailure {
  return { ename: "TypeScriptError", evalue: findings[0] ?? "the cell does not compile", traceback: [...findings] };
}

export function interruptedFailure(): CellFailure {
  const evalue = "the cell was interrupted";
  return { ename: "Interrupted", evalue, traceback: [`Interrupted: ${evalue}`] };
}

const machinery =
  /^\s+at .*([\\/]tslab[\\/]dist[\\/]|[\\/]dist[\\/]kernel[\\/]|node:vm|node:internal|\(node:async_hooks)/;

/** An Error of another realm, such as one from node:vm. */
function isErrorLike(thrown: unknown): thrown is Error {
  return Object.prototype.toString.call(thrown) === "[object Error]";
}

function isInterrupt(thrown: unknown): boolean {
  if (!isErrorLike(thrown)) return false;
  return (
    (thrown as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_INTERRUPTED" ||
    thrown.message === "Interrupted asynchronously" // tslab's executor.js
  );
}
