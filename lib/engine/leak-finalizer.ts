/** Frees whatever became unreachable without being disposed, and counts it. */
export interface LeakFinalizer {
  /**
   * Calls `release` with `held` once `owner` is unreachable.
   *
   * @param held must not refer to the owner, or the owner stays reachable
   */
  watch<Held>(owner: object, held: Held, release: (held: Held) => boolean): void;
}

/** `count` is called for each `release` that had something to free. */
export function createLeakFinalizer(count: () => void): LeakFinalizer {
  const registry = new FinalizationRegistry<() => boolean>((release) => {
    if (release()) count();
  });
  return { watch: (owner, held, release) => registry.register(owner, () => release(held)) };
}
