const longestChain = 100;

/**
 * Counts the elements a browser has to draw, including copies by `use`: copies of copies of copies grow without bound
 * in a drawing of a few lines.
 */
export function createCopyCounter() {
  const counts = new Map<string, { elements: number; copies: string[] }>();
  const whole = "";
  counts.set(whole, { elements: 0, copies: [] });
  const around: (string | undefined)[] = [whole];

  const each = (note: (count: { elements: number; copies: string[] }) => void) => {
    for (const id of around) {
      const count = id === undefined ? undefined : counts.get(id);
      if (count) note(count);
    }
  };
  return {
    open(id: string | undefined, copied: string | undefined) {
      if (id && !counts.has(id)) counts.set(id, { elements: 0, copies: [] });
      around.push(id || undefined);
      each((count) => {
        count.elements++;
        if (copied) count.copies.push(copied);
      });
    },
    close() {
      around.pop();
    },
    /** The count; infinite if an element copies itself, or copies are nested deeper than in any real drawing. */
    total(): number {
      const known = new Map<string, number>();
      const total = (id: string, chain: number): number => {
        if (chain > longestChain) return Number.POSITIVE_INFINITY;
        const before = known.get(id);
        if (before !== undefined) return before;
        known.set(id, Number.POSITIVE_INFINITY);
        const { elements = 0, copies = [] } = counts.get(id) ?? {};
        const sum = copies.reduce((all, copy) => all + total(copy, chain + 1), elements);
        known.set(id, sum);
        return sum;
      };
      return total(whole, 0);
    },
  };
}
