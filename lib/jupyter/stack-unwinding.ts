/** Node's own side of callbacks. */
interface AsyncWrap {
  clearAsyncIdStack(): void;
}

/**
 * Lets the other thread unwind this one's stack: makes `Symbol.for("njepa.kernel.unwind")` a function that empties what Node
 * keeps about the callbacks on the stack, and says whether it could.
 *
 * Node checks at the end of a callback that this list is as it was at its begin, and aborts when it is not; an unwound callback
 * does not take its own entry off. The list has no public access: up to Node 22 it is in a binding that is deprecated, later
 * in one that `--expose-internals` shows (our kernel.json has it).
 */
export function allowUnwinding(): void {
  const wrap = asyncWrap();
  const unwind = () => {
    wrap?.clearAsyncIdStack();
    return wrap !== undefined;
  };
  Object.defineProperty(globalThis, Symbol.for("njepa.kernel.unwind"), { value: unwind });
}

function asyncWrap(): AsyncWrap | undefined {
  const { emitWarning } = process;
  // Node warns of each; there is no other way.
  process.emitWarning = () => {};
  try {
    return binding();
  } catch {
    return undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}

function binding(): AsyncWrap {
  const name = "async_wrap";
  try {
    return (process as unknown as { binding(name: string): AsyncWrap }).binding(name);
  } catch {
    const { internalBinding } = require("internal/test/binding") as { internalBinding(name: string): AsyncWrap };
    return internalBinding(name);
  }
}

/** The options that a Node needs for `allowUnwinding`. */
export function unwindOptions(major = Number(process.versions.node.split(".")[0])): string[] {
  return major > 22 ? ["--expose-internals"] : [];
}
