/** Calls that were queued on a device and not awaited: what fails of them is told once, by the next awaited call. */
export class QueuedCalls {
  private readonly calls = new Set<Promise<void>>();

  add(call: Promise<void>): void {
    this.calls.add(call);
    call.then(
      () => this.calls.delete(call),
      () => {},
    );
  }

  /** @throws the first failure of the calls so far, once all have ended */
  async settled(): Promise<void> {
    const calls = [...this.calls];
    const ends = await Promise.allSettled(calls);
    for (const call of calls) this.calls.delete(call);
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  }
}
