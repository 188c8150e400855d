import { describe, expect, it } from "vitest";
import { spearman } from "../../lib/study/statistics/spearman";

describe("spearman", () => {
  it("is the correlation of ranks, equal values with the mean of theirs, by hand", () => {
    expect(spearman([1, 2, 3], [10, 20, 300])).toBeCloseTo(1, 12);
    expect(spearman([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12);
    // Ranks 1.5, 1.5, 3 and 1, 2, 3: 1.5/√(1.5 · 2)
    expect(spearman([5, 5, 9], [1, 2, 3])).toBeCloseTo(1.5 / Math.sqrt(3), 12);
    expect(spearman([1, 1, 1], [1, 2, 3])).toBeNull();
  });
});
