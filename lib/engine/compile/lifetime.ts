import type { PreparedCall } from "./concrete-function";

/** What calls of a function need, freed once the function is disposed and every call that was made has ended. */
export class Lifetime {
  private calls = 0;
  private isOver = false;

  constructor(private readonly free: () => void) {}

  /** The same call, which keeps what it needs until its results are computed, or it is abandoned. */
  during({ run, abandon }: PreparedCall): PreparedCall {
    this.calls++;
    const end = () => {
      this.calls--;
      this.freeUnused();
    };
    return {
      run: async () => {
        try {
          const started = await run();
          void Promise.resolve(started.computed).then(end, end);
          return started;
        } catch (error) {
          end();
          throw error;
        }
      },
      abandon: () => {
        abandon();
        end();
      },
    };
  }

  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.freeUnused();
  }

  private freeUnused(): void {
    if (this.isOver && this.calls === 0) this.free();
  }
}
