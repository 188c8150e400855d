import { createHash } from "node:crypto";
import { mersenne } from "pure-rand/generator/mersenne";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { requireWhole } from "./errors";

/** A stream of random draws that is a pure function of its name; streams with different names share no draws. */
export interface Rng {
  /** The stream named by this one plus `part`: `rng(seed).fold("masks").fold(step)`. Does not advance this stream. */
  fold(part: string | number): Rng;
  /** A number in [0, 1) with 32 random bits. */
  uniform(): number;
  /** An integer in [low, high). */
  int(low: number, high: number): number;
  /** A draw from N(0, 1), by the Box–Muller transform. */
  normal(): number;
  /** The integers 0 … count − 1 in random order (Fisher–Yates shuffle). */
  permutation(count: number): Int32Array;
  /** Two int32 that key the engine's stateless random ops to this stream. Does not advance this stream. */
  key(): [number, number];
}

/**
 * The root stream for a run's seed. Fold in a purpose before drawing, so that no two purposes share numbers.
 *
 * @throws {ConfigError} for a seed, or later for a number to fold in, that is not whole: it comes from a mistake, and
 *   every NaN would name the same stream
 */
export function rng(seed: number): Rng {
  requireWhole("seed", seed);
  return named(`njepa/${seed}`);
}

function named(name: string): Rng {
  const digest = createHash("sha256").update(name).digest();
  const word = (index: number) => digest.readInt32LE(index * 4);
  // An all-zero state would stay zero; no SHA-256 digest starting with four zero words is within reach.
  const generator = xoroshiro128plusFromState([word(0), word(1), word(2), word(3)]);
  const uniform = () => (generator.next() >>> 0) / 2 ** 32;
  const int = (low: number, high: number) => low + Math.floor(uniform() * (high - low));
  return {
    fold: (part) => {
      if (typeof part === "number") requireWhole("fold", part);
      return named(`${name}/${typeof part}:${part}`);
    },
    uniform,
    int,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    permutation: (count) => {
      const order = Int32Array.from({ length: count }, (_, index) => index);
      for (let last = count - 1; last > 0; last--) {
        const other = int(0, last + 1);
        const kept = order[last] as number;
        order[last] = order[other] as number;
        order[other] = kept;
      }
      return order;
    },
    key: () => [word(4), word(5)],
  };
}

/**
 * The uniform draws in [0, 1) that the reference framework's CPU generator yields after `manual_seed(seed)`:
 * mt19937, the low 24 bits of each word divided by 2^24.
 */
export function mersenneTwister(seed: number): () => number {
  const generator = mersenne(seed);
  return () => (generator.next() & 0xffffff) / 2 ** 24;
}
