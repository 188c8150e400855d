import { nodeInternals } from "./node-internals";

/** Node's own side of callbacks. */
interface AsyncWrap {
  clearAsyncIdStack(): void;
}

/**
 * Lets the other thread unwind this one's stack: makes `Symbol.for("njepa.kernel.unwind")` a function that empties what Node
 * keeps about the callbacks on the stack, and says whether it could.
 *
 * Node checks at the end of a callback that this list is as it was at its begin, and aborts when it is not; an unwound callback
 * does not take its own entry off.
 */
export function allowUnwinding(): void {
  const wrap = nodeInternals<AsyncWrap>("async_wrap");
  const unwind = () => {
    wrap?.clearAsyncIdStack();
    return wrap !== undefined;
  };
  Object.defineProperty(globalThis, Symbol.for("njepa.kernel.unwind"), { value: unwind });
}
