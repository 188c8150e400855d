import type { ICell, INotebookContent } from "@jupyterlab/nbformat";
import { ConfigError } from "../errors";
import { assignmentFindings } from "../jupyter";
import { hasTag, isCode, joined } from "./notebook-file";

/** Values for a notebook's parameters, by name. */
export type NotebookParameters = Record<string, unknown>;

/**
 * The notebook with a cell of assignments after the one tagged `parameters`, as papermill does it.
 *
 * The tagged cell declares each parameter with its default, `let seed = 1;`, one declaration per line; a value must fit
 * the annotation or else the default's type. An earlier run's cell of assignments is replaced.
 *
 * @throws {ConfigError} when no cell is tagged, a name is not declared there or is a `const`, or a value has no literal or
 *                       does not fit the type
 */
export function withParameters(notebook: INotebookContent, parameters: NotebookParameters): INotebookContent {
  const names = Object.keys(parameters);
  if (names.length === 0) return notebook;
  const cells = notebook.cells.filter((cell) => !hasTag(cell, "injected-parameters"));
  const place = cells.findIndex((cell) => isCode(cell) && hasTag(cell, "parameters"));
  const declaring = cells[place];
  if (declaring === undefined) {
    throw new ConfigError(
      `the notebook takes no parameters (no code cell is tagged "parameters"); got ${names.join(", ")}`,
    );
  }
  const declared = declarations(joined(declaring.source));
  for (const name of names) check(name, declared);
  const assignments = names.map((name) => `${name} = ${literal(name, parameters[name])};`);
  checkTypes(joined(declaring.source), names, assignments);
  const injected: ICell = {
    id: "injected-parameters",
    cell_type: "code",
    metadata: { tags: ["injected-parameters"] },
    // An assignment is an expression, and the kernel shows the last one: `void 0` shows nothing.
    source: [...assignments, "void 0;"].join("\n"),
    outputs: [],
    execution_count: null,
  };
  return { ...notebook, cells: [...cells.slice(0, place + 1), injected, ...cells.slice(place + 1)] };
}

/** The names that the notebook's parameter cell declares; empty if it has no such cell. */
export function parameterNames(notebook: INotebookContent): string[] {
  const declaring = notebook.cells.find((cell) => isCode(cell) && hasTag(cell, "parameters"));
  return declaring === undefined ? [] : [...declarations(joined(declaring.source)).keys()];
}

/** The declarations at the start of a line in the text: name → let, var or const. */
function declarations(source: string): Map<string, string> {
  const found = source.matchAll(/^(let|var|const)\s+([\p{L}_$][\p{L}\p{N}_$]*)/gmu);
  return new Map([...found].map(([, keyword = "", name = ""]) => [name, keyword]));
}

function check(name: string, declared: Map<string, string>): void {
  const keyword = declared.get(name);
  if (keyword === undefined) {
    const known = [...declared.keys()].join(", ") || "none";
    throw new ConfigError(`the notebook has no parameter ${name}; the cell tagged "parameters" declares: ${known}`);
  }
  if (keyword === "const") {
    throw new ConfigError(
      `the parameter ${name} is declared \`const\` in the notebook; declare it \`let\` so that it can be set`,
    );
  }
}

function checkTypes(declaring: string, names: readonly string[], assignments: readonly string[]): void {
  if (assignmentFindings(declaring, assignments.join("\n")).length === 0) return;
  for (const [at, assignment] of assignments.entries()) {
    const [wrong] = assignmentFindings(declaring, assignment);
    if (wrong !== undefined) throw new ConfigError(`the parameter ${names[at]} does not fit its declaration: ${wrong}`);
  }
}

/** The value as TypeScript writes it: what JSON can hold, and the numbers that it cannot. */
function literal(name: string, value: unknown, around: readonly object[] = []): string {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value); // also NaN and the infinities
  if (value === null || typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  if (typeof value !== "object" || !["Array", "Object"].includes(kind))
    throw noLiteral(name, `${around.length > 0 ? "has a part" : "is"} of type ${kind}`);
  if (around.includes(value)) throw noLiteral(name, "contains itself");
  const part = (one: unknown) => literal(name, one, [...around, value]);
  if (Array.isArray(value)) return `[${Array.from(value, part).join(",")}]`;
  const members = Object.entries(value).filter(([, one]) => one !== undefined);
  return `{${members.map(([key, one]) => `${JSON.stringify(key)}:${part(one)}`).join(",")}}`;
}

function noLiteral(name: string, what: string): ConfigError {
  return new ConfigError(`the parameter ${name} ${what}; expected a value that JSON can hold`);
}
