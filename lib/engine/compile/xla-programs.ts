/** How many times longer than the programs in use those of disposed functions took to compile when all are dropped. */
const WORTHWHILE = 4;

/** What TensorFlow's XLA compiled for one function. */
export interface XlaProgram {
  /** Whether the next call finds it compiled. */
  isCompiled(): boolean;
  /** The result of a call of the function; meanwhile nothing is dropped. */
  run<Result>(call: () => Promise<Result>): Promise<Result>;
  /** The function is gone: its program is dropped when that is worthwhile. */
  dispose(): void;
}

/**
 * When the programs that TensorFlow's XLA compiled in this process are dropped. It keeps those of disposed functions,
 * too, and can only drop all at once; whatever is in use is then compiled again or read from the user's cache. So that is
 * done once the disposed ones took several times as long to compile, hence at once when nothing else is in use, and never
 * while a program runs.
 */
export class XlaPrograms {
  /** How often all were dropped. */
  private generation = 0;
  private running = 0;
  private secondsInUse = 0;
  private secondsDisposed = 0;

  /** @param drop null where programs cannot be dropped */
  constructor(private readonly drop: (() => void) | null) {}

  /** A function's program. @param onCompiled told how many seconds a call took that compiled it */
  add(onCompiled: (seconds: number) => void): XlaProgram {
    let compiledIn = -1;
    let seconds = 0;
    let isDisposed = false;
    const isCompiled = () => compiledIn === this.generation;
    const settle = () => {
      if (this.running === 0) this.dropIfWorthwhile();
    };
    return {
      isCompiled,
      run: async (call) => {
        const began = performance.now();
        this.running++;
        try {
          const result = await call();
          if (!isCompiled()) {
            const took = (performance.now() - began) / 1000;
            if (isDisposed) this.secondsDisposed += took;
            else this.secondsInUse += took - seconds;
            seconds = took;
            compiledIn = this.generation;
            onCompiled(took);
          }
          return result;
        } finally {
          this.running--;
          settle();
        }
      },
      dispose: () => {
        if (isDisposed) return;
        isDisposed = true;
        this.secondsInUse -= seconds;
        if (isCompiled()) this.secondsDisposed += seconds;
        settle();
      },
    };
  }

  private dropIfWorthwhile(): void {
    if (this.drop === null || this.secondsDisposed === 0) return;
    // Seconds added and taken away again leave a rounding error.
    if (this.secondsDisposed < WORTHWHILE * this.secondsInUse - 1e-6) return;
    this.secondsDisposed = 0;
    this.generation++;
    this.drop();
  }
}
