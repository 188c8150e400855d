import { NjepaError } from "./errors";

/** The notebook's cell was interrupted: by its stop button, by SIGINT, or by a time limit. */
export class Interrupted extends NjepaError {
  constructor(message = "the cell was interrupted") {
    super(message);
    this.name = "Interrupted";
  }
}

/** A piece of work during which an interrupt is a request: the work ends at a place where its state is whole. */
export interface InterruptScope {
  /** Aborted, with an `Interrupted` as reason, when the cell is interrupted; undefined outside of a notebook. */
  readonly signal: AbortSignal | undefined;
  /** To be called when the work has ended, however it did. */
  end(): void;
}

// The kernel sets it; a registered symbol, because the library may be loaded twice.
const slot = Symbol.for("njepa.kernel");

/**
 * Opens a scope in which an interrupt only aborts the signal, so that a training step ends and the state stays usable.
 * A second interrupt stops what runs without waiting for that.
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

/** Gives an error what was made before it: in a notebook, `const history = await watch(…)` has it after a stop. */
export function keepPartial<E>(error: E, value: unknown): E {
  if (error instanceof Error) Object.defineProperty(error, partial, { value, configurable: true });
  return error;
}

/** What was made before the error, if it was given it. */
export function partialOf(error: unknown): { value: unknown } | undefined {
  return error instanceof Error && partial in error ? { value: error[partial] } : undefined;
}
