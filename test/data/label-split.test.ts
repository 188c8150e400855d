import { describe, expect, it } from "vitest";
import { holdOut, labelSubset } from "../../lib/data";
import { DataError } from "../../lib/errors";

/** `counts[c]` examples of each class c, classes interleaved. */
function labelled(counts: number[]): Int32Array {
  const longest = Math.max(...counts);
  const labels: number[] = [];
  for (let round = 0; round < longest; round++) {
    counts.forEach((count, label) => {
      if (round < count) labels.push(label);
    });
  }
  return Int32Array.from(labels);
}

function perClass(labels: Int32Array, places: Int32Array, classes: number): number[] {
  return Array.from({ length: classes }, (_, label) => places.filter((place) => labels[place] === label).length);
}

describe("labelSubset", () => {
  it("takes of each class its share, rounded up or down, so that the whole has the share too", () => {
    // 10 % of 13, 14, 13 is 1.3, 1.4, 1.3: floors 1, 1, 1; the whole is round(4.0) = 4, and 14's remainder is the largest.
    const labels = labelled([13, 14, 13]);
    expect(perClass(labels, labelSubset(labels, { fraction: 0.1, seed: 0 }), 3)).toEqual([1, 2, 1]);
  });

  it("takes exactly 60 of each of ten classes of 6000 at one percent", () => {
    const labels = labelled(Array(10).fill(6000));
    expect(perClass(labels, labelSubset(labels, { fraction: 0.01, seed: 3 }), 10)).toEqual(Array(10).fill(60));
  });

  it("takes at least one of a class whose share is below one half", () => {
    const labels = labelled([4, 100]);
    expect(perClass(labels, labelSubset(labels, { fraction: 0.01, seed: 0 }), 2)).toEqual([1, 1]);
  });

  it("gives ascending places without a double one, the same for a seed and others for another", () => {
    const labels = labelled([50, 50]);
    const places = labelSubset(labels, { fraction: 0.2, seed: 1 });
    expect([...places]).toEqual([...new Set(places)].sort((a, b) => a - b));
    expect(labelSubset(labels, { fraction: 0.2, seed: 1 })).toEqual(places);
    expect(labelSubset(labels, { fraction: 0.2, seed: 2 })).not.toEqual(places);
  });

  it("makes the smaller subset of a seed a part of the larger one", () => {
    const labels = labelled([500, 500, 500]);
    const larger = new Set(labelSubset(labels, { fraction: 0.1, seed: 4 }));
    expect([...labelSubset(labels, { fraction: 0.01, seed: 4 })].every((place) => larger.has(place))).toBe(true);
  });

  it("may have one less of a class in the larger subset where classes differ in size, never two", () => {
    const labels = labelled([6, 6, 2]);
    const counts = (total: number) => perClass(labels, labelSubset(labels, { fraction: total / 14, seed: 0 }), 3);
    // Ten: 4.29, 4.29, 1.43, the largest remainder is the third's. Eleven: 4.71, 4.71, 1.57, it is the third largest.
    expect([counts(10), counts(11)]).toEqual([
      [4, 4, 2],
      [5, 5, 1],
    ]);
  });

  it("takes everything at a fraction of one", () => {
    expect([...labelSubset(labelled([3, 2]), { fraction: 1, seed: 0 })]).toEqual([0, 1, 2, 3, 4]);
  });

  it.each([0, 1.1, -0.1, Number.NaN])("refuses a fraction of %s", (fraction) => {
    expect(() => labelSubset(labelled([3]), { fraction, seed: 0 })).toThrow(DataError);
  });
});

describe("holdOut", () => {
  it("parts the examples in two, class by class", () => {
    const labels = labelled([10, 20]);
    const { kept, held } = holdOut(labels, { fraction: 0.2, seed: 0 });
    expect(perClass(labels, held, 2)).toEqual([2, 4]);
    expect([...kept, ...held].sort((a, b) => a - b)).toEqual([...labels.keys()]);
  });

  it("keeps the only example of a class, and holds one of two", () => {
    const labels = labelled([1, 2]);
    const { kept, held } = holdOut(labels, { fraction: 0.2, seed: 0 });
    expect(perClass(labels, kept, 2)).toEqual([1, 1]);
    expect(perClass(labels, held, 2)).toEqual([0, 1]);
  });
});

describe("unlabelled examples", () => {
  const mixed = [-1, 0, 1, -1, 0, 1, 0, 1, -1];

  it("beside labelled ones are in no subset, and kept by a hold-out", () => {
    expect([...labelSubset(mixed, { fraction: 1, seed: 0 })]).toEqual([1, 2, 4, 5, 6, 7]);
    const { kept, held } = holdOut(mixed, { fraction: 0.34, seed: 0 });
    expect([kept.length, held.length, [...held].every((place) => (mixed[place] as number) >= 0)]).toEqual([7, 2, true]);
    expect([0, 3, 8].every((place) => kept.includes(place))).toBe(true);
  });

  it("alone are divided as one class", () => {
    expect(labelSubset([-1, -1, -1, -1], { fraction: 0.5, seed: 0 })).toHaveLength(2);
    expect(holdOut([-1, -1, -1, -1], { fraction: 0.25, seed: 0 }).held).toHaveLength(1);
  });
});
