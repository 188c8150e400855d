import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseRun, type RunInput } from "../../lib/config";
import { compile, ready, tf } from "../../lib/engine";
import { createTrainState, type TrainRecord, type TrainState, train } from "../../lib/train";
import { prepareImages } from "../../lib/train/inputs";
import { tinyImages } from "./tiny-images";

const data = tinyImages();
const STEPS = 2;

async function trained(compiler: "xla" | "graph", precision: "float32" | "bfloat16") {
  const settings: RunInput = {
    preset: "smoke",
    data: { crop: { scale: [0.3, 1] } },
    model: { depth: 1 },
    optimizer: { epochs: 4, batchSize: 16 },
    train: { compiler, precision, maxSteps: STEPS, contextBucket: 49 },
  };
  const state = createTrainState(parseRun(settings));
  const records: TrainRecord[] = [];
  for await (const record of train(state, data)) records.push(record);
  return { state, records };
}

const PRODUCTS = ["MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"];

/** Ops of the one captured step: those that are no product and no cast, and the products by name. */
function opsOf(state: TrainState) {
  const [counts] = state.compiled.opCounts();
  const all = [...(counts as ReadonlyMap<string, number>)].sort();
  return {
    others: all.filter(([op]) => !PRODUCTS.includes(op) && op !== "Cast"),
    products: new Map(all.filter(([op]) => PRODUCTS.includes(op))),
  };
}

describe.each(["graph", "xla"] as const)("train.precision bfloat16 under %s", (compiler) => {
  let exact: Awaited<ReturnType<typeof trained>>;
  let rounded: Awaited<ReturnType<typeof trained>>;
  beforeAll(async () => {
    await ready();
    exact = await trained(compiler, "float32");
    rounded = await trained(compiler, "bfloat16");
  });
  afterAll(() => {
    exact.state.dispose();
    rounded.state.dispose();
  });

  it("keeps the losses within 1 % of float32's, and is not float32", () => {
    expect(rounded.records).toHaveLength(STEPS);
    rounded.records.forEach((record, index) => {
      for (const name of ["loss", "lossCT", "lossNT", "lossCN"] as const) {
        const expected = exact.records[index]?.[name] as number;
        expect(Math.abs((record[name] as number) / expected - 1), `${name} of step ${index + 1}`).toBeLessThan(0.01);
      }
    });
    expect(rounded.records.map(({ loss }) => loss)).not.toEqual(exact.records.map(({ loss }) => loss));
  });

  it("keeps every variable float32, with digits that bfloat16 has not", () => {
    const { student, teacher, firstMoments, secondMoments } = rounded.state;
    for (const group of [student, teacher, firstMoments, secondMoments]) {
      for (const variable of Object.values(group)) expect(variable.read().dtype).toBe("float32");
    }
    const bits = new Uint32Array(
      Float32Array.from(rounded.state.parameters()["encoder.blocks.0.mlp.fc1.weight"]?.dataSync() ?? []).buffer,
    );
    const fine = bits.filter((word) => (word & 0xffff) !== 0);
    expect(fine.length / bits.length).toBeGreaterThan(0.9);
  });

  it("changes the networks' products alone: norms, softmax, losses, optimizer and the crops' resampling are float32's", () => {
    const [plain, changed] = [opsOf(exact.state), opsOf(rounded.state)];
    expect(changed.others).toEqual(plain.others);
    const total = (products: ReadonlyMap<string, number>) => [...products.values()].reduce((sum, n) => sum + n, 0);
    expect(total(changed.products)).toBe(total(plain.products));
  });
});

describe("crops in a step of bfloat16", () => {
  it("have the pixels of float32, bit for bit", async () => {
    await ready();
    const run = parseRun({ preset: "smoke", data: { crop: { scale: [0.3, 1] } } });
    const batch = await data.split("train").read(Int32Array.from([0, 1, 2, 3]));
    const pixels = tf.tensor4d(batch.pixels, [4, 28, 28, 1], "int32");
    const boxes = tf.tensor2d([
      [3, 5, 17, 19],
      [0, 0, 28, 28],
      [11, 2, 9, 13],
      [1, 1, 26, 25],
    ]);
    const crops = (precision: "float32" | "bfloat16") =>
      compile(
        (...given: tf.Tensor[]) =>
          prepareImages({ pixels: given[0] as tf.Tensor4D, boxes: given[1] as tf.Tensor2D }, run),
        { name: "crops", compiler: "graph", precision },
      );
    const [plain, rounded] = [crops("float32"), crops("bfloat16")];
    const expected = Array.from((await plain(pixels, boxes)).dataSync());
    expect(Array.from((await rounded(pixels, boxes)).dataSync())).toEqual(expected);
    expect(rounded.opCounts()).toEqual(plain.opCounts());
    plain.dispose();
    rounded.dispose();
  });
});
