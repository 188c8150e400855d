import * as tf from "@tensorflow/tfjs-core";
import { sizeFromShape } from "../../shape";
import { runOp } from "../runtime";

/** What determines every draw, together with its counter: two int32, from `Rng.key()`. */
type Key = tf.Tensor1D;

/**
 * Draws from N(0, 1), each a function of only the key and its counter: the same numbers eagerly and compiled, on CPU
 * and GPU, except for the rounding of a logarithm and a cosine.
 *
 * @param counters  int32, any shape; equal counters give equal draws
 * @returns         float32 of that shape, by the Box–Muller transform, at most 5.8 from 0
 */
export function normalAt<T extends tf.Tensor>(counters: T, key: Key): T {
  return tf.tidy(() => {
    const [first, second] = threefry(counters, key);
    const radius = tf.sqrt(tf.mul(tf.log(tf.sub(1, unit(first))), -2));
    return tf.mul(radius, tf.cos(tf.mul(unit(second), 2 * Math.PI))) as T;
  });
}

/** Draws from [0, 1) with 24 random bits, bit-identical everywhere; see `normalAt`. */
export function uniformAt<T extends tf.Tensor>(counters: T, key: Key): T {
  return tf.tidy(() => unit(threefry(counters, key)[0]) as T);
}

/** `normalAt` for the counters 0, 1, 2, … in row-major order. */
export function statelessNormal<R extends tf.Rank>(shape: readonly number[], key: Key): tf.Tensor<R> {
  return tf.tidy(() => normalAt(counting<R>(shape), key));
}

/** `uniformAt` for the counters 0, 1, 2, … in row-major order. */
export function statelessUniform<R extends tf.Rank>(shape: readonly number[], key: Key): tf.Tensor<R> {
  return tf.tidy(() => uniformAt(counting<R>(shape), key));
}

function counting<R extends tf.Rank>(shape: readonly number[]): tf.Tensor<R> {
  const count = sizeFromShape(shape);
  return tf.reshape(tf.range(0, count, 1, "int32"), shape as tf.ShapeMap[R]);
}

/** The upper 24 of 32 bits, divided by 2^24. */
function unit(bits: tf.Tensor): tf.Tensor {
  return tf.mul(tf.cast(shiftRight(bits, 8), "float32"), 2 ** -24);
}

const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

/**
 * Two words of 32 random bits for each counter.
 *
 * Written as integer ops, which XLA fuses into one loop. TensorFlow's own generator gives different numbers under XLA
 * than outside, and takes thirty times as long there.
 *
 * Source: Salmon et al., Parallel random numbers: as easy as 1, 2, 3 (SC 2011), Threefry-2×32-20.
 */
export function threefry(counters: tf.Tensor, key: Key, high: tf.Tensor = word(0)): [tf.Tensor, tf.Tensor] {
  const [first, second] = tf.unstack(key) as [tf.Tensor, tf.Tensor];
  const keys = [first, second, xor(xor(first, second), word(0x1bd11bda))] as const;
  let left = tf.add(counters, first);
  let right = tf.add(high, second);
  for (let group = 0; group < 5; group++) {
    for (const bits of ROTATIONS[group % 2] as readonly number[]) {
      left = tf.add(left, right);
      right = xor(rotateLeft(right, bits), left);
    }
    left = tf.add(left, keys[(group + 1) % 3] as tf.Tensor);
    right = tf.add(right, tf.add(keys[(group + 2) % 3] as tf.Tensor, word(group + 1)));
  }
  return [left, right];
}

function word(value: number): tf.Scalar {
  return tf.scalar(value, "int32");
}

function bitwise(op: string, left: tf.Tensor, right: tf.Tensor): tf.Tensor {
  return runOp(op, [], [left, right])[0] as tf.Tensor;
}

function xor(left: tf.Tensor, right: tf.Tensor): tf.Tensor {
  return bitwise("BitwiseXor", left, right);
}

function rotateLeft(x: tf.Tensor, bits: number): tf.Tensor {
  return bitwise("BitwiseOr", bitwise("LeftShift", x, word(bits)), shiftRight(x, 32 - bits));
}

/** Logical right shift; TensorFlow's own is arithmetic. */
function shiftRight(x: tf.Tensor, bits: number): tf.Tensor {
  return bitwise("BitwiseAnd", bitwise("RightShift", x, word(bits)), word(2 ** (32 - bits) - 1));
}
