import { describe, expect, it } from "vitest";
import { commonDigits, formatCell, formatNumber } from "../../lib/report/table/cell";

describe("formatNumber", () => {
  it.each([
    [81.25, 1, "81.3"], // 81.25 is exact in binary: half rounds away from zero
    [0.0449, 2, "0.04"],
    [-0.004, 2, "0.00"], // rounded to nothing, it has no sign
    [-3.146, 2, "−3.15"],
    [60000, 0, "60000"],
    [12, undefined, "12"],
    [0.123456, undefined, "0.1235"],
    [1e-7, undefined, "1e-7"],
    [Number.NaN, 2, "NaN"],
    [Number.NEGATIVE_INFINITY, 2, "−∞"],
  ])("writes %d with %s decimals as %s", (value, digits, text) => {
    expect(formatNumber(value, digits)).toBe(text);
  });
});

describe("formatCell", () => {
  it("shows a mean with its spread in the same decimals", () => {
    expect(formatCell({ value: 81.2345, spread: 0.38, n: 5 }, 1)).toBe("81.2 ± 0.4");
  });
  it("shows a dash for what is not known, and keeps zero, false and the empty text apart from it", () => {
    expect([null, undefined, 0, false, ""].map((cell) => formatCell(cell))).toEqual(["—", "—", "0", "no", ""]);
  });
});

describe("commonDigits", () => {
  it("takes the decimals of the longest four-digit form, so that a column lines up", () => {
    expect(commonDigits([0.5, 0.25, null, 3])).toBe(2); // 0.5, 0.25
    expect(commonDigits([12.3456, 1.5])).toBe(2); // 12.35, 1.5
    expect(commonDigits([1, 2, 3])).toBe(0);
  });
  it("makes room for a spread that is finer than the values", () => {
    expect(commonDigits([{ value: 70, spread: 0.5 }, { value: 71 }])).toBe(1);
  });
  it("gives up where one form would hide the small numbers", () => {
    expect(commonDigits([0.5, 1.25e-7])).toBeUndefined();
  });
});
