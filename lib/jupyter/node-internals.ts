/**
 * A part of Node's internals without public access: up to Node 22 through a deprecated function, later through one that
 * `--expose-internals` enables (our kernel.json has it). Undefined if this Node offers neither.
 */
export function nodeInternals<T>(name: string): T | undefined {
  const { emitWarning } = process;
  // Node warns about each; there is no other way.
  process.emitWarning = () => {};
  try {
    return binding(name) as T;
  } catch {
    return undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}

function binding(name: string): unknown {
  try {
    return (process as unknown as { binding(name: string): unknown }).binding(name);
  } catch {
    const internals = require("internal/test/binding") as { internalBinding(name: string): unknown };
    return internals.internalBinding(name);
  }
}

/** The options that a Node needs for `nodeInternals`. */
export function internalsOptions(major = Number(process.versions.node.split(".")[0])): string[] {
  return major > 22 ? ["--expose-internals"] : [];
}
