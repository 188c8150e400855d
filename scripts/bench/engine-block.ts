import { compile, tf } from "njepa";
import { block, blockShapes } from "njepa/model";

/** An MLP is this many times as wide as its block. */
export const MLP_RATIO = 4;

/** The size of a transformer block: rows sequences of tokens. */
export interface BlockSize {
  rows: number;
  tokens: number;
  width: number;
  heads: number;
}

/** A block's forward pass, or forward and backward, in our two ways; `products` are its matrix products alone. */
export interface BlockRuns {
  eager(): void;
  compiled(): Promise<void>;
  products(): Promise<void>;
  /** Seconds of the first compiled call. */
  compileSeconds: number;
  dispose(): void;
}

export async function prepareBlock(size: BlockSize, backward: boolean): Promise<BlockRuns> {
  const { rows, tokens, width, heads } = size;
  const shapes = blockShapes(width, MLP_RATIO);
  const names = Object.keys(shapes);
  const inputs = [
    tf.randomNormal([rows * tokens, width], 0, 1, "float32", 1),
    ...Object.values(shapes).map((shape, index) => tf.randomNormal(shape, 0.02, 0.02, "float32", index)),
  ];
  const forward = (...given: tf.Tensor[]) => {
    const params = Object.fromEntries(names.map((name, index) => [`b.${name}`, given[index + 1] as tf.Tensor]));
    return block(params, "b", given[0] as tf.Tensor2D, { rows, tokens }, heads);
  };
  const both = (...given: tf.Tensor[]) => {
    const loss = (...x: tf.Tensor[]) => tf.sum(tf.square(forward(...x))) as tf.Scalar;
    const { value, grads } = tf.valueAndGrads(loss)(given);
    return [value, ...grads];
  };
  const work = backward ? both : (...given: tf.Tensor[]) => [forward(...given)];
  const compiled = compile(work, { name: "block" });
  const products = compile((...given: tf.Tensor[]) => productsOf(size, backward, given[0] as tf.Tensor2D), {
    name: "products",
  });
  const run = async (f: typeof compiled) => tf.dispose(await f(...inputs));
  const began = performance.now();
  await run(compiled);
  const compileSeconds = (performance.now() - began) / 1000;
  await run(products);
  return {
    eager: () => {
      const results = tf.tidy(() => work(...inputs));
      // The result is computed only once it is read.
      results[0]?.dataSync();
      tf.dispose(results);
    },
    compiled: () => run(compiled),
    products: () => run(products),
    compileSeconds,
    dispose: () => {
      tf.dispose(inputs);
      compiled.dispose();
      products.dispose();
    },
  };
}

/** Matrix products of the same shapes, each by itself: a block's time if everything else were free. */
function productsOf({ rows, tokens, width, heads }: BlockSize, backward: boolean, x: tf.Tensor2D): tf.Tensor[] {
  const wide = tf.concat([x, x, x, x], 1) as tf.Tensor2D;
  const square = tf.slice(x, [0, 0], [width, width]) as tf.Tensor2D;
  const up = tf.concat([square, square, square, square], 1) as tf.Tensor2D;
  const split = tf.reshape(x, [rows * heads, tokens, width / heads]) as tf.Tensor3D;
  const scores = tf.matMul(split, split, false, true);
  const results: tf.Tensor[] = [tf.matMul(scores, split)];
  for (let part = 0; part < 4; part++) results.push(tf.matMul(tf.add(x, part) as tf.Tensor2D, square));
  results.push(tf.matMul(x, up), tf.matMul(wide, up, false, true));
  if (backward) {
    for (let part = 0; part < 4; part++) {
      const slope = tf.mul(x, part + 2) as tf.Tensor2D;
      results.push(tf.matMul(slope, square, false, true), tf.matMul(slope, x, true, false));
    }
    results.push(tf.matMul(wide, up, false, true), tf.matMul(wide, x, true, false));
    results.push(tf.matMul(x, tf.mul(up, 2) as tf.Tensor2D), tf.matMul(x, wide, true, false));
    results.push(tf.matMul(split, tf.mul(split, 2), false, true), tf.matMul(scores, tf.mul(split, 3), true, false));
    results.push(tf.matMul(scores, tf.mul(split, 4)), tf.matMul(tf.mul(scores, 2), split, true, false));
  }
  return results.map((result) => tf.max(result));
}
