import { NjepaError } from "./errors";

/** The notebook cell was interrupted: by the stop button, by SIGINT, or by a time limit. */
export class Interrupted extends NjepaError {
  constructor(message = "the cell was interrupted") {
    super(message);
    this.name = "Interrupted";
  }
}

/** A scope in which an interrupt is only a request: the work ends at a point where its state is consistent. */
export interface InterruptScope {
  /** Aborted, with an `Interrupted` as reason, when the cell is interrupted; undefined outside a notebook. */
  readonly signal: AbortSignal | undefined;
  /** To be called when the work has ended, in whatever way. */
  end(): void;
}

// Set by the kernel; a registered symbol, because the library may be loaded twice.
const slot = Symbol.for("njepa.kernel");

/**
 * Opens a scope in which an interrupt only aborts the signal, so that a training step ends and the state stays usable.
 * A second interrupt stops the running code without waiting for that.
 */
export function interruptScope(): InterruptScope {
  const bridge = (globalThis as { [slot]?: { interruptScope?(): InterruptScope } })[slot];
  return bridge?.interruptScope?.() ?? { signal: undefined, end: () => {} };
}

/** Runs work in an `interruptScope`; the work checks the signal between its steps. */
export async function withInterrupts<T>(work: (signal: AbortSignal | undefined) => Promise<T>): Promise<T> {
  const { signal, end } = interruptScope();
  try {
    return await work(signal);
  } finally {
    end();
  }
}

const partial = Symbol.for("njepa.partial");

/** Attaches a partial result to an error: in a notebook, `const history = await watch(…)` holds it after a stop. */
export function keepPartial<E>(error: E, value: unknown): E {
  if (error instanceof Error) Object.defineProperty(error, partial, { value, configurable: true });
  return error;
}

/** The partial result attached to an error, if any. */
export function partialOf(error: unknown): { value: unknown } | undefined {
  return error instanceof Error && partial in error ? { value: error[partial] } : undefined;
}
