import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ready, tf } from "../../lib/engine";
import {
  alphaReq,
  type FeatureMatrix,
  featureHealth,
  lidar,
  meanCosine,
  rankMe,
  teacherLag,
  tokenVariance,
} from "../../lib/health";
import { rng } from "../../lib/random";

interface Measures {
  rankMe: number;
  alphaReq: number;
  featureStd: number;
}
const golden = JSON.parse(readFileSync(join(__dirname, "../golden/health.json"), "utf8")) as {
  tall: Measures;
  wide: Measures;
  lidar: Record<string, number>;
  tokens: { byPosition: number; byImage: number };
};

/** The formula of scripts/reference/health_goldens.py. */
function made(count: number, width: number, decay: number): FeatureMatrix {
  const values = Float32Array.from({ length: count * width }, (_, at) => {
    const [i, j] = [Math.floor(at / width), at % width];
    return (Math.sin(1.7 * i + 0.9 * j * i + j) + 0.5 * Math.sin(0.31 * i * j + 2)) * (j + 1) ** -decay + 0.3;
  });
  return { values, count, width };
}

const matrix = (rows: number[][]): FeatureMatrix => ({
  values: Float32Array.from(rows.flat()),
  count: rows.length,
  width: rows[0]?.length ?? 0,
});

beforeAll(() => ready());

describe("featureHealth", () => {
  it.each(["tall", "wide"] as const)("agrees with NumPy's singular values, %s", (shape) => {
    const found = featureHealth(made(shape === "tall" ? 160 : 20, 24, 0.6));
    expect(found.rankMe).toBeCloseTo(golden[shape].rankMe, 5);
    expect(found.featureStd).toBeCloseTo(golden[shape].featureStd, 6);
    // A centered matrix of 20 rows has rank 19; NumPy's 20th eigenvalue is rounding and draws its line down.
    if (shape === "tall") expect(found.alphaReq).toBeCloseTo(golden.tall.alphaReq, 5);
    expect(found.rankLimit).toBe(shape === "tall" ? 24 : 19);
  });

  it("gives numbers worked out by hand for four points, wherever they lie", () => {
    // Rows (3, 0), (−3, 0), (0, 1), (0, −1): singular values √18 and √2, shares 3/4 and 1/4, entropy
    // −¾·log ¾ − ¼·log ¼ = 0.5623, rank e^0.5623 = 1.7548. Of length 1, each feature has variance 1/2: std √½·√2 = 1.
    const cross = [
      [3, 0],
      [-3, 0],
      [0, 1],
      [0, -1],
    ];
    const { rankMe, featureStd, deadShare } = featureHealth(matrix(cross));
    expect(rankMe).toBeCloseTo(1.7548, 3);
    expect([featureStd, deadShare]).toEqual([expect.closeTo(1, 6), 0]);
    const moved = featureHealth(matrix(cross.map(([x, y]) => [(x as number) + 100, (y as number) - 7])));
    expect(moved.rankMe).toBeCloseTo(1.7548, 3);
  });

  it("sees a collapse, and leaves no tensor behind", () => {
    const before = tf.memory().numTensors;
    const collapsed = featureHealth(matrix(Array(6).fill([1, 2, 3])));
    expect(collapsed).toMatchObject({ rankMe: 0, alphaReq: null, featureStd: expect.closeTo(0, 6) });
    const line = featureHealth(matrix([1, 2, 3, 4, 5, 6].map((x) => [x, 2 * x, 3 * x])));
    expect(line.rankMe).toBeCloseTo(1, 3);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("rankMe and alphaReq", () => {
  it("of eigenvalues that are a power of their rank are that power, and the rank of equal ones is their number", () => {
    const power = Float64Array.from({ length: 120 }, (_, index) => (index + 1) ** -1.3);
    expect(alphaReq(power)).toBeCloseTo(1.3, 9);
    expect(alphaReq(power.slice(0, 6))).toBeNull();
    expect(rankMe(new Float64Array(8).fill(2.5))).toBeCloseTo(8, 4);
  });
});

describe("lidar", () => {
  it.each([2, 8])("agrees with NumPy's for %i views of each image", (views) => {
    expect(lidar(made(160, 24, 0.6), views)).toBeCloseTo(golden.lidar[views] as number, 4);
  });

  it("counts the directions in which images differ, not those in which views do", () => {
    // Images differ in 3 of 6 directions, equally; views in the other 3, far more.
    const random = rng(1).fold("views");
    const rows = Array.from({ length: 200 }, () => [random.normal(), random.normal(), random.normal()]).flatMap(
      (image) => Array.from({ length: 5 }, () => [...image, ...[0, 0, 0].map(() => 20 * random.normal())]),
    );
    expect(lidar(matrix(rows), 5)).toBeCloseTo(3, 0);
  });

  it("refuses rows that views do not divide", () => {
    expect(() => lidar(made(10, 4, 1), 3)).toThrow(/10 rows and 3 views/);
    expect(() => lidar(made(10, 4, 1), 1)).toThrow(/views of 2 or more/);
  });
});

describe("tokenVariance", () => {
  const sizes = { images: 16, patches: 10, width: 24 };

  it("agrees with NumPy's analysis of variance", () => {
    const found = tokenVariance(made(160, 24, 0.6).values, sizes);
    expect(found.byPosition).toBeCloseTo(golden.tokens.byPosition, 6);
    expect(found.byImage).toBeCloseTo(golden.tokens.byImage, 6);
    expect(found.byPosition + found.byImage + found.rest).toBeCloseTo(1, 9);
  });

  it("tells position from image, by hand", () => {
    // Token = 2 · position + image for positions ±1 and images ±1: squares 4 and 1 of 5.
    const tokens = Float32Array.of(-3, 1, -1, 3);
    const found = tokenVariance(tokens, { images: 2, patches: 2, width: 1 });
    expect(found).toEqual({
      byPosition: expect.closeTo(0.8, 6),
      byImage: expect.closeTo(0.2, 6),
      rest: expect.closeTo(0, 6),
    });
    expect(tokenVariance(new Float32Array(4), { images: 2, patches: 2, width: 1 }).byPosition).toBe(0);
    expect(() => tokenVariance(tokens, sizes)).toThrow(/4 values of tokens: expected 16 × 10 × 24/);
  });
});

describe("meanCosine and teacherLag", () => {
  it("are worked out by hand", () => {
    // Cosines 1 and 0; weights (3, 4) and (3, 3): 1 of 5.
    const a = matrix([
      [2, 0],
      [0, 1],
    ]);
    const b = matrix([
      [5, 0],
      [1, 0],
    ]);
    expect(meanCosine(a, b)).toBeCloseTo(0.5, 9);
    const pair = { student: Float32Array.of(3, 4), teacher: Float32Array.of(3, 3) };
    expect(teacherLag([pair])).toBeCloseTo(0.2, 9);
    expect(teacherLag([pair, pair])).toBeCloseTo(0.2, 9);
  });
});
