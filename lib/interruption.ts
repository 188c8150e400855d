import { NjepaError } from "./errors";

/** The notebook's cell was interrupted: by its stop button, by SIGINT, or by a time limit. */
export class Interrupted extends NjepaError {
  constructor(message = "the cell was interrupted") {
    super(message);
    this.name = "Interrupted";
  }
}

/** Work that stops by itself when the cell that started it is interrupted. */
export interface Obedience {
  /** Aborted, with an `Interrupted` as reason, when the cell is interrupted; undefined outside of a notebook. */
  readonly signal: AbortSignal | undefined;
  /** To be called when the work has ended, however it did. */
  end(): void;
}

// The kernel sets it; a registered symbol, because the library may be loaded twice.
const slot = Symbol.for("njepa.kernel");

/**
 * Says that what follows looks at the signal every now and then: an interrupt waits for that, so that a training step
 * ends and the state stays usable. A second interrupt does not wait.
 */
export function obeyInterrupts(): Obedience {
  const bridge = (globalThis as { [slot]?: { obey?(): Obedience } })[slot];
  return bridge?.obey?.() ?? { signal: undefined, end: () => {} };
}

/** Runs work that looks at the signal every now and then, or calls what does. */
export async function obeying<T>(work: (signal: AbortSignal | undefined) => Promise<T>): Promise<T> {
  const { signal, end } = obeyInterrupts();
  try {
    return await work(signal);
  } finally {
    end();
  }
}
