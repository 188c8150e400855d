import { describe, expect, it } from "vitest";
import { compile, lower, reducePrecision, statelessNormal, tf } from "../../lib/engine";
import { block } from "../../lib/model/block";
import { blockShapes } from "../../lib/model/parameter-shapes";
import { rng } from "../../lib/random";
import { hasPlugin } from "./pjrt-device";

const isHere = await hasPlugin();
const values = (tensor: tf.Tensor) => Array.from(tensor.dataSync());
const fine = 1 + 2 ** -9;

describe("reducePrecision", () => {
  it("is the same tensor eagerly, in float32, and in TensorFlow's programs", async () => {
    const x = tf.tensor1d([fine]);
    expect(reducePrecision(x)).toBe(x);
    const same = compile((given: tf.Tensor) => reducePrecision(given), {
      backend: "tensorflow",
      precision: "bfloat16",
    });
    expect(values(await same(x))).toEqual([fine]);
    same.dispose();
  });

  const linear = (x: tf.Tensor, w: tf.Tensor, row: tf.Tensor) =>
    reducePrecision(tf.add(tf.matMul(reducePrecision(x) as tf.Tensor2D, w as tf.Tensor2D), row));
  const shapes = [[8, 4], [4, 2], [2]].map((shape) => ({ shape, dtype: "float32" as const }));
  const productsOf = (text: string) =>
    [...text.matchAll(/dot_general [^\n]*\(tensor<[\dx]*x(\w+)>[^\n]*-> tensor<[\dx]*x(\w+)>/g)].map(
      ([, of, to]) => `${of} ${to}`,
    );

  it("lets a product and its row be computed with results of bfloat16, and nothing twice", () => {
    const inBfloat16 = lower(linear, shapes, { precision: "bfloat16" });
    expect(productsOf(inBfloat16)).toEqual(["bf16 bf16"]);
    expect(inBfloat16).toMatch(/stablehlo\.add [^\n]*tensor<8x2xbf16>/);
    expect(inBfloat16).not.toMatch(/stablehlo\.add [^\n]*xf32/);
    expect(productsOf(lower(linear, shapes))).toEqual(["f32 f32"]);
  });

  it("rounds gradients between layers, and keeps those of weights in float32", () => {
    const gradients = (x: tf.Tensor, w: tf.Tensor, row: tf.Tensor) =>
      tf.grads((...[a, b, c]: tf.Tensor[]) => tf.sum(linear(a as tf.Tensor, b as tf.Tensor, c as tf.Tensor)))([
        x,
        w,
        row,
      ]);
    expect(productsOf(lower(gradients, shapes, { precision: "bfloat16" })).sort()).toEqual(["bf16 bf16", "bf16 f32"]);
  });
});

describe.skipIf(!isHere)("a PJRT program of bfloat16", () => {
  const options = { backend: "pjrt", precision: "bfloat16" } as const;

  it("rounds values and their gradients where it is told to, even where nothing else would: 1 + 2⁻⁹ is 1", async () => {
    const f = compile(
      (x: tf.Tensor) => ({
        rounded: reducePrecision(x),
        slope: tf.grad((y) => tf.sum(tf.mul(reducePrecision(y), fine)))(x),
        plain: tf.mul(x, 1),
      }),
      options,
    );
    const { rounded, slope, plain } = await f(tf.tensor1d([fine, -fine, 3]));
    expect(values(rounded as tf.Tensor)).toEqual([1, -1, 3]);
    expect(values(slope as tf.Tensor)).toEqual([1, 1, 1]);
    expect(values(plain as tf.Tensor)).toEqual([fine, -fine, 3]);
    f.dispose();
  });

  it("leaves what a product reads as it is for all others", async () => {
    const f = compile(
      (x: tf.Tensor) => ({
        product: tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D, false, true),
        turned: tf.transpose(x),
        flat: tf.reshape(x, [-1]),
      }),
      options,
    );
    const { product, turned, flat } = await f(tf.tensor2d([[fine, 3]]));
    expect(values(product as tf.Tensor)).toEqual([10]);
    expect(values(turned as tf.Tensor)).toEqual([fine, 3]);
    expect(values(flat as tf.Tensor)).toEqual([fine, 3]);
    f.dispose();
  });

  it("computes a block and its gradients within 2 % of float32's", async () => {
    const [width, rows, tokens] = [32, 3, 5];
    const drawn = (name: string, shape: number[], spread: number) =>
      tf.mul(statelessNormal(shape, tf.tensor1d(rng(0).fold(name).key(), "int32")), spread);
    const shapes = blockShapes(width, 4);
    const names = Object.keys(shapes);
    const given = [drawn("x", [rows * tokens, width], 1), drawn("to", [rows * tokens, width], 1)].concat(
      names.map((name) => drawn(name, shapes[name] as number[], name.endsWith("weight") ? 0.3 : 0.1)),
    );
    const run = (...[x, to, ...weights]: tf.Tensor[]) => {
      const { value, grads } = tf.valueAndGrads((...[at, ...params]: tf.Tensor[]) => {
        const named = Object.fromEntries(names.map((name, index) => [`b.${name}`, params[index] as tf.Tensor]));
        const y = block(named, "b", at as tf.Tensor2D, { rows, tokens }, 4);
        return tf.sum(tf.mul(y, to as tf.Tensor)) as tf.Scalar;
      })([x as tf.Tensor, ...weights]);
      const all: [string, tf.Tensor][] = [value, ...grads].map((tensor, at) => [
        ["loss", "x", ...names][at] as string,
        tensor,
      ]);
      return Object.fromEntries(all);
    };
    const [exact, reduced] = [compile(run, { backend: "pjrt" }), compile(run, options)];
    const [expected, found] = [await exact(...given), await reduced(...given)];
    for (const [name, tensor] of Object.entries(expected)) {
      const error = tf.norm(tf.sub(found[name] as tf.Tensor, tensor));
      const part = (error.dataSync()[0] as number) / (tf.norm(tensor).dataSync()[0] as number);
      expect(part, name).toBeLessThan(0.02);
      expect(part, name).toBeGreaterThan(0);
    }
    exact.dispose();
    reduced.dispose();
  });
});
