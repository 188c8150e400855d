import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { assignOnlyIf, compile, createVariable, locateTensorFlow, ready, tf } from "../../lib/engine";
import { EngineError } from "../../lib/errors";
import { temporaryFolder } from "../temporary-folder";

beforeAll(async () => {
  await ready();
});

const values = (tensor: tf.Tensor) => Array.from(tensor.dataSync());

describe("assignOnlyIf", () => {
  it.each(["xla", "graph"] as const)(
    "keeps variables, also one assigned before it, where it fails (%s)",
    async (compiler) => {
      const [early, late] = [createVariable(tf.scalar(1), "early"), createVariable(tf.tensor1d([1, 2]), "late")];
      const step = compile(
        (x: tf.Tensor) => {
          early.assign(tf.add(early.read(), x));
          assignOnlyIf(tf.isFinite(x) as tf.Scalar);
          late.assign(tf.mul(late.read(), x));
          return tf.sum(late.read());
        },
        { compiler },
      );
      expect(values(await step(tf.scalar(3)))).toEqual([9]);
      expect([...values(early.read()), ...values(late.read())]).toEqual([4, 3, 6]);
      // What is read after the assignment is what the variable has, here the old value: 3 + 6.
      expect(values(await step(tf.scalar(Number.NaN)))).toEqual([9]);
      expect([...values(early.read()), ...values(late.read())]).toEqual([4, 3, 6]);
      step.dispose();
      for (const variable of [early, late]) variable.dispose();
    },
  );

  it("is refused outside of a compiled function", () => {
    expect(() => assignOnlyIf(tf.scalar(true, "bool"))).toThrow(EngineError);
  });
});

const update = `
  const { assignOnlyIf, compile, createVariable, ready, tf } = require("njepa/engine");
  const { adamWAssign } = require(process.env.NJEPA_OPTIMIZER);
  ready().then(async () => {
    const [parameter, firstMoment, secondMoment] = [1, 0, 0].map((x, at) => createVariable(tf.fill([64, 32], x), "v" + at));
    const step = compile((rows, rate, gradient) => {
      const taken = tf.gather(parameter.read(), rows);
      const slope = tf.mul(gradient, tf.sum(taken));
      assignOnlyIf(tf.isFinite(tf.sum(slope)));
      const scalars = { learningRate: rate, weightDecay: rate, firstCorrection: rate, secondCorrection: rate };
      adamWAssign({ parameter, firstMoment, secondMoment }, slope, scalars, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
      return tf.sum(taken);
    });
    await step(tf.tensor1d([0, 1], "int32"), tf.scalar(0.1), tf.fill([64, 32], 0.5));
  });
`;

describe("an optimizer's update compiled by XLA", () => {
  it("works in place: no variable is copied, though an index check and a condition guard the assignments", () => {
    const folder = temporaryFolder();
    const env = {
      ...process.env,
      NJEPA_OPTIMIZER: join(import.meta.dirname, "../../lib/dist/optimizer/index.js"),
      NJEPA_TENSORFLOW: locateTensorFlow().library?.directory,
      TF_XLA_FLAGS: "--tf_xla_min_cluster_size=4",
      XLA_FLAGS: `--xla_dump_to=${folder} --xla_dump_hlo_as_text`,
    };
    const { status, stderr } = spawnSync(process.execPath, ["-e", update], { encoding: "utf8", env });
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const [optimized] = readdirSync(folder).filter((name) => name.endsWith("cpu_after_optimizations.txt"));
    const [, entry] = readFileSync(join(folder, optimized as string), "utf8").split("\nENTRY");
    expect(entry).toMatch(/f32\[64,32\]\S* parameter\(/);
    expect(entry).not.toMatch(/f32\[64,32\]\S* copy\(/);
  });
});
