import { afterEach, describe, expect, it, vi } from "vitest";
import {
  compile,
  createVariable,
  type EngineVariable,
  memory,
  startPjrt,
  statelessNormal,
  statelessUniform,
  stats,
  tf,
  uint8Tensor,
} from "../../lib/engine";
import { rng } from "../../lib/random";
import { hasPlugin } from "./pjrt-device";

const isHere = await hasPlugin();
const values = (tensor: tf.Tensor) => Array.from(tensor.dataSync());
const key = (name: string) => tf.tensor1d(rng(0).fold(name).key(), "int32");
const backend = "pjrt";

describe.skipIf(!isHere)("a function compiled by PJRT", () => {
  it("computes what it computes eagerly, gradients included, by hand", async () => {
    const f = compile(
      (x: tf.Tensor) => ({ square: tf.square(x), slope: tf.grad((y) => tf.sum(tf.mul(y, tf.square(y))))(x) }),
      {
        backend,
      },
    );
    const { square, slope } = await f(tf.tensor1d([1, 2, -3]));
    expect(values(square as tf.Tensor)).toEqual([1, 4, 9]);
    expect(values(slope as tf.Tensor)).toEqual([3, 12, 27]);
    f.dispose();
  });

  it("rounds the sides of products to bfloat16 and sums in float32: 1 + 2⁻⁹ is rounded to 1, 511 needs nine bits", async () => {
    const product = compile((a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b), { backend, precision: "bfloat16" });
    const fine = 1 + 2 ** -9;
    expect(values(await product(tf.tensor2d([[fine, 2]]), tf.tensor2d([[256], [fine]])))).toEqual([256 + 2]);
    expect(values(await product(tf.ones([1, 511]), tf.ones([511, 1])))).toEqual([511]);
    product.dispose();
  });

  it("may be queued: another takes its results at once, and what fails of it is told by the next that is awaited", async () => {
    const twice = compile((x: tf.Tensor) => tf.mul(x, 2), { backend });
    const pick = compile((x: tf.Tensor, at: tf.Tensor) => tf.gather(x, at as tf.Tensor1D), { backend });
    const before = tf.memory().numTensors;
    const x = tf.tensor1d([1, 2, 3]);
    const queued = await twice.with({ queued: true })(x);
    x.dispose();
    expect(values(await twice(queued))).toEqual([4, 8, 12]);
    const outside = tf.tensor1d([7], "int32");
    const broken = await pick.with({ queued: true })(queued, outside);
    await expect(twice(queued)).rejects.toThrow(/index/);
    const after = await twice(queued);
    expect(values(after)).toEqual([4, 8, 12]);
    tf.dispose([queued, outside, broken, after]);
    // The first result of `twice` is held by nothing but this test.
    expect(tf.memory().numTensors).toBe(before + 1);
    twice.dispose();
    pick.dispose();
  });

  it("draws Threefry's bits, and normal numbers but for rounding", async () => {
    const uniform = compile((from: tf.Tensor1D) => statelessUniform([3, 1000], from), { backend });
    expect((await uniform(key("bits"))).dataSync()).toEqual(statelessUniform([3, 1000], key("bits")).dataSync());
    const normal = compile((from: tf.Tensor1D) => statelessNormal([1000], from), { backend });
    const eager = statelessNormal([1000], key("normal")).dataSync();
    for (const [at, value] of (await normal(key("normal"))).dataSync().entries()) {
      expect(value).toBeCloseTo(eager[at] as number, 5);
    }
    uniform.dispose();
    normal.dispose();
  });

  it("takes images as bytes", async () => {
    const scaled = compile((pixels: tf.Tensor) => tf.mul(tf.cast(pixels, "float32"), 2), { backend });
    expect(values(await scaled(uint8Tensor(Uint8Array.of(0, 51, 255), [3])))).toEqual([0, 102, 510]);
    scaled.dispose();
  });

  it("names an op that it cannot lower and the line that asked for it, before it compiles", async () => {
    const draws = compile((x: tf.Tensor2D) => tf.multinomial(x, 3, 7), { backend });
    await expect(draws(tf.ones([2, 3]))).rejects.toThrow(
      /Multinomial at \S*pjrt\.test\.ts:\d+:\d+ cannot be compiled by PJRT: there is no StableHLO for it.*backend: "tensorflow"/,
    );
  });

  it("refuses the place of the largest of none", async () => {
    const place = compile((x: tf.Tensor) => tf.argMax(x, 0), { backend });
    await expect(place(tf.zeros([0, 3]))).rejects.toThrow(/ArgMax at .*axis 0 of its input of shape \[0,3\] is empty/);
  });

  it("refuses an index out of range, and variables stay as they were", async () => {
    const variable = createVariable(tf.tensor1d([1, 2]), "v");
    const step = compile(
      (rows: tf.Tensor1D) => {
        const taken = tf.gather(tf.tensor1d([10, 20, 30]), rows);
        variable.assign(tf.add(variable.read(), tf.sum(taken)));
        return taken;
      },
      { backend, name: "taking" },
    );
    await expect(step(tf.tensor1d([0, 3], "int32"))).rejects.toThrow(
      /taking .* an index is not in \[0, 2\]: GatherV2 at/,
    );
    expect(values(variable.read())).toEqual([1, 2]);
    expect(values(await step(tf.tensor1d([0, 2], "int32")))).toEqual([10, 30]);
    expect(values(variable.read())).toEqual([41, 42]);
    step.dispose();
    variable.dispose();
  });

  it("stops a call by its signal, and says that more memory was asked for than there is", async () => {
    const doubled = compile((x: tf.Tensor) => tf.mul(x, 2), { backend });
    const reason = new Error("the cell was interrupted");
    await expect(doubled.with({ signal: AbortSignal.abort(reason) })(tf.scalar(1))).rejects.toBe(reason);
    doubled.dispose();
    const huge = compile(
      (x: tf.Tensor) => tf.matMul(tf.tile(x, [3_000_000, 1]), tf.tile(x, [3_000_000, 1]), false, true),
      {
        backend,
      },
    );
    await expect(huge(tf.ones([1, 2]))).rejects.toMatchObject({ name: "PjrtError", code: "RESOURCE_EXHAUSTED" });
  });
});

describe.skipIf(!isHere)("a program that updates variables", () => {
  it("takes their values with it when it runs out of memory, which they say until they are assigned", async () => {
    const variable = createVariable(tf.ones([2]), "weights");
    const step = compile(
      (x: tf.Tensor) => {
        variable.assign(tf.add(variable.read(), 1));
        return tf.matMul(tf.tile(x, [3_000_000, 1]), tf.tile(x, [3_000_000, 1]), false, true);
      },
      { backend, name: "update" },
    );
    await expect(step(tf.ones([1, 2]))).rejects.toMatchObject({ code: "RESOURCE_EXHAUSTED" });
    const lost = /The variable weights has no value: update failed while it updated it in place/;
    expect(() => variable.read()).toThrow(lost);
    await expect(step(tf.ones([1, 2]))).rejects.toThrow(lost);
    variable.assign(tf.zeros([2]));
    expect(values(variable.read())).toEqual([0, 0]);
    step.dispose();
    variable.dispose();
  });

  it("may be disposed while it runs: calls that were made end well", async () => {
    const step = compile((x: tf.Tensor) => tf.mean(tf.matMul(tf.matMul(x, x), x)), { backend });
    const x = tf.fill([400, 400], 0.1);
    const calls = [step(x), step(x)];
    step.dispose();
    for (const mean of await Promise.all(calls)) expect((mean as tf.Tensor).dataSync()[0]).toBeCloseTo(160, 2);
  });
});

describe.skipIf(!isHere)("a program that runs", () => {
  afterEach(() => vi.restoreAllMocks());

  it("keeps what it reads until it ends, and leaves alone what is assigned or disposed meanwhile", async () => {
    const [used, updated, gone] = ["used", "updated", "gone"].map((name) => createVariable(tf.ones([1000]), name)) as [
      EngineVariable,
      EngineVariable,
      EngineVariable,
    ];
    const step = compile(
      (x: tf.Tensor) => {
        for (const variable of [updated, gone]) variable.assign(tf.add(variable.read(), x));
        return tf.sum(tf.mul(used.read(), x));
      },
      { backend, name: "step" },
    );
    const x = tf.ones([1000]);
    tf.dispose(await step(x));
    const before = memory().deviceBytes;
    const { client } = await startPjrt();
    const destroy = vi.spyOn(client, "destroy");
    const start = client.start.bind(client);
    vi.spyOn(client, "start").mockImplementationOnce((program, inputs, what) => {
      const made = start(program, inputs, what);
      expect(() => updated.read()).toThrow(/variable updated was read while step updates it in place: await that call/);
      const zeros = tf.zeros([1000]);
      for (const variable of [used, updated]) variable.assign(zeros);
      gone.dispose();
      expect(destroy.mock.calls.filter(([buffer]) => inputs.includes(buffer))).toEqual([]);
      zeros.dispose();
      return made;
    });
    const sum = await step(x);
    expect(values(sum)).toEqual([1000]);
    expect(values(updated.read())[999]).toBe(0);
    tf.dispose(sum);
    // The three variables' 4000 bytes each.
    expect(memory().deviceBytes).toBe(before - 3 * 4000);
    for (const one of [step, used, updated]) one.dispose();
  });

  it("that cannot have one of its arguments holds none of the others", async () => {
    const sum = compile((a: tf.Tensor, b: tf.Tensor) => tf.add(a, b), { backend });
    const before = memory().deviceBytes;
    const { client } = await startPjrt();
    const upload = client.upload.bind(client);
    vi.spyOn(client, "upload")
      .mockImplementationOnce(upload)
      .mockImplementationOnce(() => {
        throw new Error("no memory");
      });
    const [a, b] = [tf.ones([500]), tf.ones([500])];
    await expect(sum(a, b)).rejects.toThrow("no memory");
    expect(memory().deviceBytes).toBe(before + 2000);
    tf.dispose([a, b]);
    expect(memory().deviceBytes).toBe(before);
    sum.dispose();
  });
});

describe.skipIf(!isHere)("tensors and variables with two homes", () => {
  it("stay on the device between programs: a loop of steps copies what is read, and each argument once", async () => {
    const variable = createVariable(tf.zeros([1000]), "weights");
    const gradients = compile((x: tf.Tensor) => tf.sub(x, variable.read()), { backend, name: "gradients" });
    const update = compile(
      (gradient: tf.Tensor) => {
        variable.assign(tf.add(variable.read(), tf.mul(gradient, 0.5)));
        return tf.sum(gradient);
      },
      { backend, name: "update" },
    );
    const x = tf.ones([1000]);
    const { downloads } = stats();
    tf.dispose(await update(await gradients(x)));
    // Nor does the call that compiles fetch its arguments.
    expect(stats().downloads).toBe(downloads);
    const before = stats();
    const losses: number[] = [];
    for (let step = 0; step < 5; step++) {
      const gradient = await gradients(x);
      const loss = await update(gradient);
      losses.push(values(loss)[0] as number);
      tf.dispose([gradient, loss]);
    }
    const after = stats();
    expect(losses).toEqual([500, 250, 125, 62.5, 31.25]);
    expect(after.uploads - before.uploads).toBe(0);
    expect(after.downloads - before.downloads).toBe(5);
    expect(after.downloadedBytes - before.downloadedBytes).toBe(5 * 4);
    for (const one of [gradients, update, variable]) one.dispose();
  });

  it("go back to TensorFlow when one of its programs, an eager op or an assignment asks", async () => {
    const variable = createVariable(tf.scalar(1), "v");
    const add = (x: tf.Tensor) => {
      variable.assign(tf.add(variable.read(), x));
      return variable.read();
    };
    const [there, here] = [compile(add, { backend }), compile(add, { backend: "tensorflow" })];
    const sum = tf.add(await there(tf.scalar(1)), await here(tf.scalar(10)));
    expect(values(sum)).toEqual([2 + 12]);
    expect(values(await there(tf.scalar(100)))).toEqual([112]);
    variable.assign(tf.scalar(5));
    expect(values(await there(tf.scalar(1)))).toEqual([6]);
    expect(values(variable.read())).toEqual([6]);
    for (const one of [there, here, variable]) one.dispose();
  });

  it("leave nothing behind when they are disposed", async () => {
    const before = [memory().deviceBytes, tf.memory().numTensors];
    const first = tf.ones([50]);
    const variable = createVariable(first, "v");
    first.dispose();
    const step = compile(
      (x: tf.Tensor) => {
        variable.assign(tf.add(variable.read(), x));
        return tf.mul(x, 2);
      },
      { backend },
    );
    for (let call = 0; call < 20; call++) {
      const x = tf.ones([50]);
      const y = await step(x);
      tf.dispose([x, y]);
    }
    step.dispose();
    variable.dispose();
    expect([memory().deviceBytes, tf.memory().numTensors]).toEqual(before);
  });
});

describe.skipIf(!isHere)("random programs of 30 ops", () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7])("give what they give eagerly (seed %i)", async (seed) => {
    const run = (x: tf.Tensor) => randomProgram(x, seed);
    const compiled = compile(run, { backend, name: "random" });
    const x = tf.mul(statelessUniform([4, 6], key(`x${seed}`)), 2);
    const expected = values(tf.tidy(() => run(x)));
    const got = values(await compiled(x));
    expect(got).toHaveLength(expected.length);
    got.forEach((value, at) => {
      const wanted = expected[at] as number;
      expect(Math.abs(value - wanted)).toBeLessThan(1e-4 * Math.max(1, Math.abs(wanted)));
    });
    compiled.dispose();
  });
});

/** Ops that keep a [4, 6] tensor's shape and its values within a few units. */
const STEPS: readonly ((x: tf.Tensor, y: tf.Tensor) => tf.Tensor)[] = [
  (x, y) => tf.mul(tf.add(x, y), 0.5),
  (x, y) => tf.sub(x, tf.mul(y, 0.25)),
  (x, y) => tf.maximum(x, y),
  (x, y) => tf.minimum(x, tf.add(y, 1)),
  (x) => tf.tanh(x),
  (x) => tf.erf(x),
  (x) => tf.sigmoid(x),
  (x) => tf.sqrt(tf.abs(tf.add(x, 0.1))),
  (x) => tf.softmax(x),
  (x) => tf.sub(x, tf.mean(x, -1, true)),
  (x) => tf.div(x, tf.add(1, tf.sum(tf.abs(x), 0, true))),
  (x) => tf.mul(2, tf.sin(x)),
  (x) => tf.log(tf.add(1.5, tf.square(x))),
  (x, y) => tf.where(tf.greater(x, 0.3), x, y),
  (x) => tf.transpose(tf.reshape(tf.transpose(x), [6, 4])),
  (x) => tf.reverse(x, 1),
  (x) => tf.concat([tf.slice(x, [0, 3], [4, 3]), tf.slice(x, [0, 0], [4, 3])], 1),
  (x) => tf.gather(x, tf.tensor1d([3, 1, 0, 2], "int32")),
  (x, y) => tf.matMul(tf.matMul(x, y, false, true), tf.mul(x, 0.1)),
  (x) =>
    tf.slice(
      tf.pad(x, [
        [1, 1],
        [2, 0],
      ]),
      [0, 1],
      [4, 6],
    ),
  (x) => tf.stack(tf.unstack(x, 1), 1),
  (x) => tf.tile(tf.max(x, 1, true), [1, 6]),
  (x) => tf.mul(0.2, tf.cumsum(x, 1)),
  (x) => tf.leakyRelu(x, 0.3),
];

function randomProgram(x: tf.Tensor, seed: number): tf.Tensor {
  const random = rng(seed).fold("program");
  const pick = (count: number) => Math.min(count - 1, Math.floor(random.uniform() * count));
  const made = [x, tf.add(x, 0.5)];
  for (let step = 0; step < 30; step++) {
    const op = STEPS[pick(STEPS.length)] as (typeof STEPS)[number];
    made.push(op(made[made.length - 1 - pick(2)] as tf.Tensor, made[pick(made.length)] as tf.Tensor));
  }
  return made.at(-1) as tf.Tensor;
}
