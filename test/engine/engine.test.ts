import { beforeAll, describe, expect, it } from "vitest";
import {
  ATTRIBUTE,
  compile,
  createVariable,
  float64Tensor,
  memory,
  onHost,
  readFloat64,
  ready,
  TensorFlowError,
  TF,
  tf,
  uint8Tensor,
} from "../../lib/engine";
import { EngineError, ShapeError } from "../../lib/errors";

beforeAll(() => ready());

const values = (tensor: tf.Tensor) => Array.from(tensor.dataSync());

describe("eager tensors", () => {
  it("multiply matrices, by hand", () => {
    const a = tf.tensor2d([
      [1, 2],
      [3, 4],
    ]);
    expect(values(tf.matMul(a, a))).toEqual([7, 10, 15, 22]);
  });

  it("gather without reading indices, and refuse one out of bounds", () => {
    const x = tf.tensor1d([10, 20, 30]);
    expect(values(tf.gather(x, tf.tensor1d([2, 0], "int32")))).toEqual([30, 10]);
    expect(() => tf.gather(x, tf.tensor1d([3], "int32")).dataSync()).toThrow(TensorFlowError);
  });

  it("carry strings, bytes and complex numbers in and out", () => {
    expect(tf.tensor(["a", "bcd", "ü"]).dataSync()).toEqual(["a", "bcd", "ü"]);
    expect(values(tf.cast(uint8Tensor(new Uint8Array([0, 255]), [2]), "float32"))).toEqual([0, 255]);
    expect(values(tf.imag(tf.complex([1, 2], [3, 4])))).toEqual([3, 4]);
  });

  it("differentiate", () => {
    expect(values(tf.grad((x) => tf.mul(x, tf.square(x)))(tf.tensor1d([1, 2])))).toEqual([3, 12]);
  });

  it("name what TensorFlow refused", () => {
    expect(() => tf.tensor2d([1, 2, 3], [2, 2])).toThrow();
    const error = (() => {
      try {
        tf.gather(tf.tensor1d([1]), tf.tensor1d([7], "int32")).dataSync();
      } catch (caught) {
        return caught;
      }
    })() as TensorFlowError;
    expect(error.code).toBe("INVALID_ARGUMENT");
    expect(error.op).toBe("GatherV2");
  });

  it("go on after what TensorFlow refused", async () => {
    const two = tf.scalar(2);
    expect(() => tf.gather(tf.tensor1d([1]), tf.tensor1d([7], "int32")).dataSync()).toThrow(TensorFlowError);
    // A function that closes over a tensor shares it, which says nothing when it succeeds.
    const doubled = compile((x: tf.Tensor) => tf.mul(x, two));
    expect(values(await doubled(tf.scalar(3)))).toEqual([6]);
    doubled.dispose();
  });
});

describe.each(["xla", "graph"] as const)("compile with %s", (compiler) => {
  it("gives what the plain function gives, gradients included", async () => {
    const f = (x: tf.Tensor) =>
      tf.sum(tf.square(tf.softmax(tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D, false, true))));
    const both = compile((x: tf.Tensor) => ({ value: f(x), slope: tf.grad(f)(x) }), { compiler });
    const x = tf.tensor2d([0.1, -0.4, 0.7, 0.2, 0.5, -0.3], [3, 2]);
    const result = await both(x);
    expect(values(result.value)[0]).toBeCloseTo(values(f(x))[0] as number, 5);
    const expected = values(tf.grad(f)(x));
    values(result.slope).forEach((slope, index) => {
      expect(slope).toBeCloseTo(expected[index] as number, 5);
    });
    both.dispose();
  });

  it("updates variables in place, in the order of the code, and leaves what was read before alone", async () => {
    const start = tf.tensor1d([1, 2]);
    const variable = createVariable(start, "v");
    const before = variable.read();
    const step = compile(
      (x: tf.Tensor) => {
        const old = variable.read();
        variable.assign(tf.add(old, x));
        variable.assign(tf.mul(variable.read(), 2));
        return [old, variable.read()];
      },
      { compiler },
    );
    const [old, now] = (await step(tf.tensor1d([10, 10]))) as [tf.Tensor, tf.Tensor];
    expect(values(old)).toEqual([1, 2]);
    expect(values(now)).toEqual([22, 24]);
    expect(values(variable.read())).toEqual([22, 24]);
    expect(values(before)).toEqual([1, 2]);
    step.dispose();
    variable.dispose();
  });

  it("captures once per signature", async () => {
    let captures = 0;
    const twice = compile(
      (x: tf.Tensor) => {
        captures++;
        return tf.mul(x, 2);
      },
      { compiler },
    );
    for (const size of [2, 3, 2, 3]) expect(values(await twice(tf.ones([size])))).toEqual(Array(size).fill(2));
    expect(captures).toBe(2);
    expect(twice.signatures()).toBe(2);
    twice.dispose();
  });

  it("closes over large tensors without copying them into the program, and over small ones as constants", async () => {
    const large = tf.fill([5000], 3);
    const shifted = compile((x: tf.Tensor) => tf.add(tf.sum(large), x), { compiler });
    expect(values(await shifted(tf.scalar(1)))).toEqual([15001]);
    large.dispose();
    expect(values(await shifted(tf.scalar(2)))).toEqual([15002]);
    shifted.dispose();
  });
});

describe("compile", () => {
  it("refuses to read a value while capturing, and works again afterwards", async () => {
    const reading = compile((x: tf.Tensor) => tf.mul(x, x.dataSync()[0] as number));
    await expect(reading(tf.scalar(2))).rejects.toThrow(
      /The value of an argument was read .* while a function was captured/,
    );
    expect(values(tf.add(1, 2))).toEqual([3]);
  });

  it("refuses a variable made inside, a call inside another one, and a call after dispose", async () => {
    const inner = compile((x: tf.Tensor) => tf.neg(x));
    await expect(compile(() => createVariable(tf.scalar(1), "inside").read())()).rejects.toThrow(EngineError);
    const outer = compile((x: tf.Tensor) => {
      void inner(x).catch((error) => {
        expect(String(error)).toMatch(/inside another one/);
      });
      return x;
    });
    await outer(tf.scalar(1));
    inner.dispose();
    await expect(inner(tf.scalar(1))).rejects.toThrow(/was disposed/);
  });

  it("leaves the event loop free while TensorFlow works", async () => {
    const busy = compile((x: tf.Tensor) => {
      let y = x as tf.Tensor2D;
      for (let product = 0; product < 12; product++) y = tf.matMul(y, tf.mul(y, 1e-3));
      return tf.sum(y);
    });
    const x = tf.ones([900, 900]);
    await busy(x);
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await busy(x);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
    busy.dispose();
  });

  it("holds no tensor after a call but its results", async () => {
    const f = compile((x: tf.Tensor) => tf.tidy(() => tf.exp(tf.add(x, 1))));
    const x = tf.ones([4]);
    (await f(x)).dispose();
    const before = tf.memory().numTensors;
    for (let call = 0; call < 50; call++) (await f(x)).dispose();
    expect(tf.memory().numTensors).toBe(before);
    f.dispose();
  });
});

describe("a compiled function that is disposed while it runs", () => {
  it.each(["xla", "graph"] as const)("ends well the calls that were made, and keeps nothing (%s)", async (compiler) => {
    const before = memory().handles;
    const [zero, large] = [tf.scalar(0), tf.ones([5000])];
    const sum = createVariable(zero, "sum");
    const step = compile(
      (x: tf.Tensor) => {
        sum.assign(tf.add(sum.read(), tf.sum(tf.mul(large, x))));
        return sum.read();
      },
      { compiler },
    );
    const x = tf.scalar(2);
    const calls = [step(x), step(x)];
    tf.dispose([x, zero, large]);
    step.dispose();
    const sums = await Promise.all(calls);
    expect(sums.map((one) => values(one)[0])).toEqual([10_000, 20_000]);
    tf.dispose(sums);
    sum.dispose();
    expect(memory().handles).toBe(before);
  });
});

describe("a function that returns what it closes over", () => {
  it("gives a copy of it, and leaves it to the caller, also where tf.keep kept what it made itself", async () => {
    const outside = tf.tensor1d([1, 2]);
    const before = tf.memory().numTensors;
    const f = compile((x: tf.Tensor) => [outside, tf.keep(tf.add(x, 1))]);
    for (let call = 0; call < 2; call++) {
      const [same, more] = (await f(outside)) as [tf.Tensor, tf.Tensor];
      expect([values(same), values(more)]).toEqual([
        [1, 2],
        [2, 3],
      ]);
      tf.dispose([same, more]);
    }
    expect(values(outside)).toEqual([1, 2]);
    expect(tf.memory().numTensors).toBe(before);
    f.dispose();
  });
});

describe("ops on the host", () => {
  it("that still run when the work fails are awaited, and their results freed", async () => {
    const before = memory().handles;
    const float = { name: "T", type: ATTRIBUTE.type, value: TF.float32 };
    const work = onHost(async (host) => {
      const x = host.float32(Array(90_000).fill(1));
      const square = host.run("Reshape", [float], x, host.int32([300, 300]));
      const late = square.then((it) => host.run("MatMul", [float], it, it));
      await Promise.all([late, host.run("DecodePng", [], host.string(Buffer.from("no image")))]);
    });
    await expect(work).rejects.toThrow(TensorFlowError);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(memory().handles).toBe(before);
  });
});

describe("createVariable", () => {
  it("keeps the dtypes that TensorFlow.js does not know, and refuses a value of another one by its name", () => {
    const bytes = createVariable(uint8Tensor(Uint8Array.of(7, 255), [2]), "bytes");
    expect(values(tf.cast(bytes.read(), "float32"))).toEqual([7, 255]);
    expect(() => bytes.assign(tf.zeros([2], "int32"))).toThrow(/bytes is uint8 \[2\]; it was assigned int32 \[2\]/);
    const precise = createVariable(float64Tensor(Float64Array.of(0.1), [1]), "precise");
    expect(readFloat64(precise.read())).toEqual(Float64Array.of(0.1));
    for (const variable of [bytes, precise]) variable.dispose();
  });

  it("refuses a value of another shape, naming the variable", () => {
    const variable = createVariable(tf.zeros([2]), "weights");
    expect(() => variable.assign(tf.zeros([3]))).toThrow(ShapeError);
    expect(() => variable.assign(tf.zeros([3]))).toThrow(/weights is float32 \[2\]; it was assigned float32 \[3\]/);
    variable.dispose();
  });
});
