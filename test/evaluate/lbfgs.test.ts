import { describe, expect, it } from "vitest";
import { minimize } from "../../lib/evaluate";

describe("minimize", () => {
  const stop = { tolerance: 1e-5, maxIterations: 300 };

  it("finds the bottom of a bowl a thousand times steeper one way than the other", async () => {
    // f(x, y) = (x − 3)²/2 + 500·(y + 1)²
    const bowl = async (point: Float32Array) => {
      const [x, y] = [point[0] as number, point[1] as number];
      return { value: (x - 3) ** 2 / 2 + 500 * (y + 1) ** 2, gradient: Float32Array.of(x - 3, 1000 * (y + 1)) };
    };
    const { point, converged } = await minimize(bowl, new Float32Array(2), stop);
    expect(converged).toBe(true);
    expect(point[0]).toBeCloseTo(3, 3);
    expect(point[1]).toBeCloseTo(-1, 4);
  });

  it("takes a guess at the curvature: exact for a bowl, it is at the bottom in one step", async () => {
    const bowl = async ([x, y]: Float32Array) => {
      const [dx, dy] = [(x as number) - 3, (y as number) + 1];
      const [value, gradient] = [(dx * dx + 1e6 * dy * dy) / 2, Float32Array.of(dx, 1e6 * dy)];
      return { value, gradient, preconditioned: Float32Array.of(dx, dy) };
    };
    const found = await minimize(bowl, new Float32Array(2), stop);
    expect(found).toMatchObject({ converged: true, iterations: 1 });
    expect([...found.point]).toEqual([3, -1]);
  });

  it("gets over a poor guess", async () => {
    // Right one way, ten times too large the other.
    const bowl = async ([x, y]: Float32Array) => {
      const [dx, dy] = [(x as number) - 3, (y as number) + 1];
      const [value, gradient] = [(dx * dx + 100 * dy * dy) / 2, Float32Array.of(dx, 100 * dy)];
      return { value, gradient, preconditioned: Float32Array.of(dx, 10 * dy) };
    };
    const found = await minimize(bowl, new Float32Array(2), stop);
    expect(found.converged).toBe(true);
    expect(found.point[0]).toBeCloseTo(3, 4);
    expect(found.point[1]).toBeCloseTo(-1, 4);
  });

  it("stays where it starts when that is the bottom, and says when it ran out of iterations", async () => {
    const square = async (point: Float32Array) => ({
      value: (point[0] as number) ** 4,
      gradient: Float32Array.of(4 * (point[0] as number) ** 3),
    });
    expect(await minimize(square, Float32Array.of(0), stop)).toMatchObject({ iterations: 0, converged: true });
    expect((await minimize(square, Float32Array.of(9), { ...stop, maxIterations: 2 })).converged).toBe(false);
  });
});
