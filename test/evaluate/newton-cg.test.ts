import { describe, expect, it } from "vitest";
import { type LocalModel, minimize } from "../../lib/evaluate";

describe("minimize", () => {
  const stop = { tolerance: 1e-9, maxIterations: 50 };
  const guess =
    (...inverse: number[]) =>
    (vector: Float64Array) =>
      vector.map((value, at) => value * (inverse[at] ?? 1));
  const dispose = () => {};

  /** f(x, y) = 1 + (x − 3)²/2 + 500·(y + 1)² */
  const bowl =
    (precondition: LocalModel["precondition"]) =>
    async ([x, y]: Float64Array): Promise<LocalModel> => {
      const [dx, dy] = [(x as number) - 3, (y as number) + 1];
      return {
        value: 1 + dx ** 2 / 2 + 500 * dy ** 2,
        gradient: Float64Array.of(dx, 1000 * dy),
        multiply: async (direction) => Float64Array.of(direction[0] as number, 1000 * (direction[1] as number)),
        precondition,
        dispose,
      };
    };

  it.each([
    ["exact", guess(1, 1e-3)],
    ["no", guess(1, 1)],
    ["a poor", guess(1, 1e-2)],
  ])("is at the bottom of a bowl after one step, with %s guess at the curvature", async (_, precondition) => {
    const { point, value, converged, iterations } = await minimize(bowl(precondition), new Float64Array(2), stop);
    expect([converged, iterations]).toEqual([true, 1]);
    expect(point[0]).toBeCloseTo(3, 9);
    expect(point[1]).toBeCloseTo(-1, 9);
    expect(value).toBeCloseTo(1, 12);
  });

  it("says how far above the minimum it is, and that it ran out of iterations", async () => {
    const found = await minimize(bowl(guess()), Float64Array.of(9, -1), { ...stop, maxIterations: 0 });
    expect(found).toMatchObject({ iterations: 0, converged: false, gap: Number.POSITIVE_INFINITY });
    // f = 1 + 6²/2 there, and a bowl's gap is half of the squared decrement exactly: 18 of 19 is below a tolerance of 1.
    const near = await minimize(bowl(guess()), Float64Array.of(9, -1), { ...stop, tolerance: 1 });
    expect(near).toMatchObject({ iterations: 0, converged: true, gap: 18, value: 19 });
  });

  it("takes shorter steps where Newton's would go up", async () => {
    // f(x) = √(1 + x²), whose Newton step from x is −x(1 + x²), to −x³: from 2 it diverges.
    const root = async ([at]: Float64Array): Promise<LocalModel> => {
      const x = at as number;
      const value = Math.sqrt(1 + x ** 2);
      const curvature = value ** -3;
      return {
        value,
        gradient: Float64Array.of(x / value),
        multiply: async (direction) => direction.map((it) => it * curvature),
        precondition: (vector) => vector.slice(),
        dispose,
      };
    };
    const { point, converged } = await minimize(root, Float64Array.of(2), stop);
    expect(converged).toBe(true);
    expect(point[0]).toBeCloseTo(0, 4);
  });

  it("disposes each local model once", async () => {
    let open = 0;
    const counted = async (point: Float64Array): Promise<LocalModel> => {
      open++;
      const model = await bowl(guess())(point);
      return { ...model, dispose: () => void open-- };
    };
    await minimize(counted, new Float64Array(2), stop);
    expect(open).toBe(0);
  });
});
