import { describe, expect, it } from "vitest";
import { ConfigError } from "../lib/errors";
import { mersenneTwister, rng } from "../lib/random";

describe("rng", () => {
  it("gives the same draws for the same name and others for another", () => {
    const draws = (stream: ReturnType<typeof rng>) => [stream.uniform(), stream.uniform()];
    expect(draws(rng(1).fold("masks").fold(3))).toEqual(draws(rng(1).fold("masks").fold(3)));
    expect(draws(rng(1).fold("masks").fold(3))).not.toEqual(draws(rng(1).fold("masks").fold(4)));
    expect(draws(rng(1).fold("3"))).not.toEqual(draws(rng(1).fold(3)));
  });

  it("folds without advancing the stream it starts from", () => {
    const stream = rng(5);
    stream.fold("noise").uniform();
    expect(stream.uniform()).toBe(rng(5).uniform());
  });

  it.each([Number.NaN, 1.5, Number.POSITIVE_INFINITY, undefined as never])("refuses %s as a seed", (seed) => {
    expect(() => rng(seed)).toThrow(`seed: expected a whole number, got ${seed}.`);
    expect(() => rng(seed)).toThrow(ConfigError);
  });

  it("refuses to fold in a number that is not whole", () => {
    expect(() => rng(0).fold("masks").fold(0.5)).toThrow("fold: expected a whole number, got 0.5.");
  });

  it("draws every integer of a range about equally often, and none outside it", () => {
    const counts = new Array(5).fill(0);
    const stream = rng(2);
    for (let draw = 0; draw < 10_000; draw++) counts[stream.int(3, 8) - 3]++;
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });

  it("has normal draws of mean 0 and variance 1", () => {
    const stream = rng(3);
    const draws = Array.from({ length: 20_000 }, () => stream.normal());
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  });

  it("permutes: every index appears once", () => {
    const order = rng(4).permutation(100);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index));
    expect([...order]).not.toEqual(Array.from({ length: 100 }, (_, index) => index));
  });
});

describe("mersenneTwister", () => {
  it("yields the reference framework's first uniforms of seeds 0 and 1", () => {
    const zero = mersenneTwister(0);
    expect(zero()).toBeCloseTo(0.496257, 6);
    expect(zero()).toBeCloseTo(0.768222, 6);
    expect(mersenneTwister(1)()).toBeCloseTo(0.757632, 6);
  });
});
