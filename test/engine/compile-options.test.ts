import { beforeAll, describe, expect, it } from "vitest";
import { compile, createVariable, inFloat32, ready, runOp, stats, TensorFlowError, tf } from "../../lib/engine";
import { EngineError } from "../../lib/errors";

beforeAll(() => ready());

const values = (tensor: tf.Tensor) => Array.from(tensor.dataSync());

/** Ops that tf.* does not have; the second gives a tensor whose shape depends on its values. */
const unknownOp = (x: tf.Tensor) => runOp("NoSuchOp", [], [x])[0] as tf.Tensor;
const shapeOfValues = (x: tf.Tensor) => runOp("Where", [{ name: "T", type: 4, value: 1 }], [x])[0] as tf.Tensor;

async function refusal(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was refused");
}

describe("precision bfloat16", () => {
  // 1 + 2⁻⁹ lies between two numbers of 8 significant bits; it is rounded to 1.
  const fine = 1 + 2 ** -9;

  it.each(["xla", "graph"] as const)("rounds both sides of a product under %s, by hand", async (compiler) => {
    const product = compile((a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, false, true), {
      compiler,
      precision: "bfloat16",
    });
    const result = await product(tf.tensor2d([[fine, 2]]), tf.tensor2d([[256, fine]]));
    expect(values(result)).toEqual([256 + 2]);
    product.dispose();
  });

  it.each(["xla", "graph"] as const)(
    "rounds nothing inside inFloat32 under %s, and what follows it",
    async (compiler) => {
      const product = (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, false, true);
      const both = compile((a: tf.Tensor, b: tf.Tensor) => [inFloat32(() => product(a, b)), product(a, b)], {
        compiler,
        precision: "bfloat16",
      });
      const results = await both(tf.tensor2d([[fine, 2]]), tf.tensor2d([[256, fine]]));
      expect(results.map(values)).toEqual([[256.5 + 2 * fine], [256 + 2]]);
      both.dispose();
    },
  );

  it("rounds products again after inFloat32 threw, and changes nothing where nothing is compiled", async () => {
    const careless = compile(
      (a: tf.Tensor) => {
        expect(() => inFloat32(() => tf.matMul(a, tf.ones([3, 3])))).toThrow();
        return tf.matMul(a, a);
      },
      { compiler: "graph", precision: "bfloat16" },
    );
    expect(values(await careless(tf.tensor2d([[fine]])))).toEqual([1]);
    expect(inFloat32(() => values(tf.matMul(tf.tensor2d([[fine]]), tf.ones([1, 1]))))).toEqual([fine]);
    careless.dispose();
  });

  it("sums in float32 under xla: 511 needs nine bits", async () => {
    const product = compile((a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b), { precision: "bfloat16" });
    expect(values(await product(tf.ones([1, 511]), tf.ones([511, 1])))).toEqual([511]);
    product.dispose();
  });

  it.each(["xla", "graph"] as const)("leaves what is no product in float32 under %s", async (compiler) => {
    const others = compile((x: tf.Tensor) => [tf.add(x, 0), tf.sum(x), tf.softmax(x), tf.mean(tf.square(x))], {
      compiler,
      precision: "bfloat16",
    });
    const x = tf.tensor1d([fine, 2 * fine, 5 * fine]);
    const plain = [tf.add(x, 0), tf.sum(x), tf.softmax(x), tf.mean(tf.square(x))];
    (await others(x)).forEach((tensor, index) => {
      expect(tensor.dtype).toBe("float32");
      values(tensor).forEach((value, at) => {
        expect(value).toBeCloseTo(values(plain[index] as tf.Tensor)[at] as number, 6);
      });
    });
    others.dispose();
  });

  it("gives gradients near float32's, of float32, and rounds a shared side once", async () => {
    const slope = (x: tf.Tensor) => tf.grad((y: tf.Tensor) => tf.sum(tf.square(tf.matMul(y, y, false, true))))(x);
    const x = tf.tensor2d([0.1, -0.4, 0.7, 0.2, 0.5, -0.3], [3, 2]);
    const rounded = compile(slope, { precision: "bfloat16" });
    const got = await rounded(x);
    expect(got.dtype).toBe("float32");
    values(got).forEach((value, at) => {
      expect(Math.abs(value - (values(slope(x))[at] as number))).toBeLessThan(0.02);
    });
    expect(rounded.opCounts()[0]?.get("BatchMatMulV3")).toBe(3);
    // x, and the gradient of the product.
    expect(rounded.opCounts()[0]?.get("Cast")).toBe(2);
    rounded.dispose();
  });
});

describe("a signal", () => {
  it("stops a call that was not made yet, with its reason, and no later one", async () => {
    const doubled = compile((x: tf.Tensor) => tf.mul(x, 2));
    const reason = new Error("the cell was interrupted");
    await expect(doubled.with({ signal: AbortSignal.abort(reason) })(tf.scalar(1))).rejects.toBe(reason);
    expect(values(await doubled.with({ signal: new AbortController().signal })(tf.scalar(2)))).toEqual([4]);
    doubled.dispose();
  });

  it("stops a call that waits for its turn, and leaves the variables as the calls before made them", async () => {
    const variable = createVariable(tf.scalar(0), "count");
    const step = compile((x: tf.Tensor) => {
      variable.assign(tf.add(variable.read(), x));
      return tf.add(x, 0);
    });
    const controller = new AbortController();
    const first = step(tf.scalar(1));
    const second = step.with({ signal: controller.signal })(tf.scalar(10));
    controller.abort();
    await expect(second).rejects.toThrow(/abort/i);
    await first;
    expect(values(variable.read())).toEqual([1]);
    step.dispose();
    variable.dispose();
  });
});

describe("calls that write variables", () => {
  it("are made in order, even if nobody waits in between", async () => {
    const variable = createVariable(tf.scalar(1), "v");
    const scaled = compile((x: tf.Tensor) => {
      variable.assign(tf.mul(variable.read(), x));
      return variable.read();
    });
    const added = compile((x: tf.Tensor) => {
      variable.assign(tf.add(variable.read(), x));
      return variable.read();
    });
    const results = await Promise.all([added(tf.scalar(2)), scaled(tf.scalar(10)), added(tf.scalar(5))]);
    expect(results.flatMap(values)).toEqual([3, 30, 35]);
    for (const compiled of [scaled, added]) compiled.dispose();
    variable.dispose();
  });
});

describe("deterministic", () => {
  it("gives the same bits at every call", async () => {
    const sum = compile((x: tf.Tensor2D) => tf.sum(tf.softmax(tf.matMul(x, x, false, true))), { deterministic: true });
    const x = tf.randomNormal([200, 200], 0, 1, "float32", 7) as tf.Tensor2D;
    const [first] = values(await sum(x));
    for (let call = 0; call < 5; call++) expect(values(await sum(x))).toEqual([first]);
    sum.dispose();
  });
});

describe("errors while capturing", () => {
  it("name the op whose value was read, and the line", async () => {
    const error = await refusal(compile((x: tf.Tensor) => tf.mul(x, tf.exp(x).dataSync()[0] as number))(tf.scalar(2)));
    expect(error).toBeInstanceOf(EngineError);
    expect(error.message).toMatch(/The value of what Exp gave was read at \S*compile-options\.test\.ts:\d+:\d+/);
  });

  it("name the op that TensorFlow refused, and the line", async () => {
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const bad = compile((x: tf.Tensor) => tf.mul(x, unknownOp(x)));
    const error = (await refusal(bad(x))) as TensorFlowError;
    expect(error).toBeInstanceOf(TensorFlowError);
    expect(error.op).toBe("NoSuchOp");
    expect(error.code).toBe("NOT_FOUND");
    expect(error.message).toMatch(/compile-options\.test\.ts:\d+:\d+/);
  });

  it("name a shape that depends on values, and the line", async () => {
    const error = await refusal(compile((x: tf.Tensor) => shapeOfValues(x))(tf.scalar(2)));
    expect(error.message).toMatch(/Where at \S*compile-options\.test\.ts:\d+:\d+ gave a tensor whose shape depends/);
  });

  it("say that a promise cannot be compiled, and what was given instead of a tensor", async () => {
    const later = compile((async (x: tf.Tensor) => x) as unknown as (x: tf.Tensor) => tf.Tensor, { name: "later" });
    expect((await refusal(later(tf.scalar(1)))).message).toMatch(/function later .* it gave a promise/);
    const odd = compile((x: tf.Tensor) => ({ x, y: 3 as unknown as tf.Tensor }));
    expect((await refusal(odd(tf.scalar(1)))).message).toMatch(/something else under "y"/);
  });

  it("leave the engine at work and nothing behind", async () => {
    const before = tf.memory().numTensors;
    const x = tf.scalar(1);
    await refusal(compile((y: tf.Tensor) => tf.mul(y, y.dataSync()[0] as number))(x));
    x.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(values(tf.add(1, 2))).toEqual([3]);
  });
});

describe("what is compiled", () => {
  it("is bounded, and the bound names the signature that broke it", async () => {
    const bounded = compile((x: tf.Tensor) => tf.neg(x), { name: "bounded", maxSignatures: 2, compiler: "graph" });
    await bounded(tf.ones([1]));
    await bounded(tf.ones([2]));
    expect((await refusal(bounded(tf.ones([3])))).message).toMatch(/bounded was called with more than 2 .*\[3\]/s);
    await bounded(tf.ones([1]));
    bounded.dispose();
  });

  it("is counted", async () => {
    const before = stats();
    const f = compile((x: tf.Tensor) => tf.neg(x));
    for (const size of [2, 3, 2]) await f(tf.ones([size]));
    const after = stats();
    expect(after.signatures - before.signatures).toBe(2);
    expect(after.compiledCalls - before.compiledCalls).toBe(3);
    expect(after.cacheHits - before.cacheHits).toBe(1);
    expect(after.compileSeconds).toBeGreaterThan(before.compileSeconds);
    expect(after.captureSeconds).toBeGreaterThan(before.captureSeconds);
    f.dispose();
  });

  it("holds no cast to the dtype that a tensor has", async () => {
    const f = compile((x: tf.Tensor) => tf.add(tf.cast(tf.cast(x, "float32"), "float32"), tf.cast(x, "int32")));
    await f(tf.ones([2]));
    expect(f.opCounts()[0]?.get("Cast")).toBe(2); // to int32 and, for the sum, back
    f.dispose();
  });
});
