type Hooks = [unknown, unknown, unknown, unknown];

/** Node's own side of callbacks and promises. */
interface AsyncWrap {
  clearAsyncIdStack(): void;
  getPromiseHooks(): Hooks;
  setPromiseHooks(...hooks: Hooks): void;
}

/**
 * Lets the other thread unwind this one's stack, by two functions under registered symbols.
 *
 * `njepa.kernel.unwind` empties what Node keeps about the callbacks on the stack, and says whether it could. Node checks at the
 * end of a callback that this list is as it was at its begin, and aborts when it is not; an unwound callback does not take its
 * own entry off. `njepa.kernel.hush` takes the hooks off promises for a moment, so that there is code between them to stop.
 *
 * Neither has a public access: up to Node 22 they are in a binding that is deprecated, later in one that `--expose-internals`
 * shows (our kernel.json has it).
 *
 * @returns puts the hooks on again, if they are off
 */
export function allowUnwinding(): () => void {
  const wrap = asyncWrap();
  let hooks: Hooks | undefined;
  const restore = () => {
    if (hooks !== undefined) wrap?.setPromiseHooks(...hooks);
    hooks = undefined;
  };
  const hush = () => {
    hooks ??= wrap?.getPromiseHooks();
    wrap?.setPromiseHooks(undefined, undefined, undefined, undefined);
  };
  const unwind = () => {
    wrap?.clearAsyncIdStack();
    restore();
    return wrap !== undefined;
  };
  Object.defineProperty(globalThis, Symbol.for("njepa.kernel.unwind"), { value: unwind });
  Object.defineProperty(globalThis, Symbol.for("njepa.kernel.hush"), { value: hush });
  return restore;
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
