import { nodeInternals } from "./node-internals";

/** Node's own side of callbacks. */
interface AsyncWrap {
  clearAsyncIdStack(): void;
}

/**
 * Lets the other thread unwind this one's stack: makes `Symbol.for("njepa.kernel.unwind")` a function that clears
 * Node's record of the callbacks on the stack and returns whether it could.
 *
 * When a callback ends, Node checks that this record is as it was at the start and aborts if it is not; an unwound
 * callback never removes its own entry.
 */
export function allowUnwinding(): void {
  const wrap = nodeInternals<AsyncWrap>("async_wrap");
  const unwind = () => {
    wrap?.clearAsyncIdStack();
    return wrap !== undefined;
  };
  Object.defineProperty(globalThis, Symbol.for("njepa.kernel.unwind"), { value: unwind });
}
