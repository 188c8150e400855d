/** A session's cells from TypeScript to JavaScript, and what an editor asks about them.   (no tf) */
export { type Completions, complete, type Inspection, inspect } from "./assistance";
export { cell, session } from "./binding-targets";
export { CellCompiler, type CellFindings, type CompiledCell } from "./cell-compiler";
export { cellTypeScript, keepCompiledTypeScript, shareCellTypeScript } from "./typescript";
