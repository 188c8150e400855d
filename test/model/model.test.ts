import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ModelConfig, parseRun } from "../../lib/config";
import { ready, tf } from "../../lib/engine";
import { ShapeError } from "../../lib/errors";
import {
  countParameters,
  type EncoderInputs,
  encode,
  encodeLayers,
  initializeParameters,
  initializeTeacher,
  parameterShapes,
  positionEmbedding,
  predict,
  predictorNames,
  standardize,
  takePatches,
} from "../../lib/model";
import { rng } from "../../lib/random";

beforeAll(() => ready());

const base = parseRun({ preset: "paper-100", objective: { lambdaNT: 1, lambdaCN: 1 } }).model;
const tiny = ModelConfig.parse({
  imageSize: 8,
  channels: 2,
  patchSize: 4,
  embedDim: 8,
  depth: 3,
  numHeads: 2,
  predictorDepth: 2,
  predictorEmbedDim: 4,
  predictorNumHeads: 1,
});

function images(batch: number): tf.Tensor4D {
  const random = rng(1).fold("images");
  const values = Float32Array.from({ length: batch * 8 * 8 * 2 }, () => random.normal());
  return tf.tensor4d(values, [batch, 8, 8, 2]);
}

describe("positionEmbedding", () => {
  it("has the paper tables' golden entries", () => {
    const predictor = positionEmbedding({ height: 14, width: 14 }, 384);
    const golden = [
      [0, 0, 0],
      [0, 96, 1],
      [1, 0, 0.841471],
      [1, 1, 0.788593],
      [1, 96, 0.540302],
      [14, 0, 0],
      [14, 192, 0.841471],
      [14, 193, 0.788593],
      [27, 0, 0.420167],
      [195, 5, 0.981515],
    ] as const;
    for (const [patch, channel, value] of golden) expect(predictor[patch * 384 + channel]).toBeCloseTo(value, 6);
    const squares = predictor.reduce((sum, value) => sum + value * value, 0);
    expect(squares / predictor.length).toBeCloseTo(0.5, 6);
  });

  it("has the reference's bytes, or its sums and samples where a last bit differs", () => {
    const file = JSON.parse(readFileSync(path.join(__dirname, "..", "golden", "posembed.json"), "utf8"));
    for (const name of Object.keys(file).filter((key) => key !== "note")) {
      const { shape, sha256_f32_le: hash, samples, sum_f64: sum } = file[name];
      const side = Math.sqrt(shape[0]);
      const table = positionEmbedding({ height: side, width: side }, shape[1]);
      const ours = createHash("sha256").update(new Uint8Array(table.buffer)).digest("hex");
      if (ours === hash) continue;
      for (const { patch, dim, value } of samples) expect(table[patch * shape[1] + dim]).toBeCloseTo(value, 6);
      expect(Math.abs(table.reduce((total, value) => total + value, 0) - sum)).toBeLessThan(1e-3);
    }
  });

  it("refuses a width that is no multiple of four", () => {
    expect(() => positionEmbedding({ height: 2, width: 2 }, 6)).toThrow(ShapeError);
  });
});

describe("countParameters", () => {
  it("is the published number for ViT-B/16 and its predictor", () => {
    const shapes = parameterShapes(base);
    expect(countParameters(shapes, "encoder.")).toBe(85_646_592);
    expect(countParameters(shapes, "encoder.blocks.0.")).toBe(7_087_872);
    expect(countParameters(shapes, "predictor_c.")).toBe(11_238_912);
    expect(countParameters(shapes, "predictor_n.")).toBe(11_238_912);
  });
});

describe("parameterShapes", () => {
  it("has one set of weights and two mask tokens when only weights are shared, and so on for every combination", () => {
    const noisy = (predictorParams: "shared" | "unshared", maskToken: "shared" | "unshared") =>
      Object.keys(parameterShapes({ ...tiny, predictorParams, maskToken })).filter((name) => /^predictor_n/.test(name));
    const clean = Object.keys(parameterShapes(tiny)).filter((name) => /^predictor_c/.test(name));
    expect(noisy("unshared", "unshared")).toHaveLength(clean.length);
    expect(noisy("unshared", "shared")).toHaveLength(clean.length - 1);
    expect(noisy("shared", "unshared")).toEqual(["predictor_n.mask_token"]);
    expect(noisy("shared", "shared")).toEqual([]);
  });

  it("has no noisy predictor under i-jepa", () => {
    expect(Object.keys(parameterShapes(tiny, "i-jepa")).some((name) => name.startsWith("predictor_n"))).toBe(false);
  });
});

describe("initializeParameters", () => {
  const random = rng(7).fold("parameters");

  it("starts a parameter the same whatever others there are", async () => {
    const alone = initializeParameters(tiny, random, "i-jepa");
    const beside = initializeParameters(tiny, random, "n-jepa");
    for (const [name, tensor] of Object.entries(alone)) {
      expect(await beside[name]?.data()).toEqual(await tensor.data());
    }
    tf.dispose([alone, beside]);
  });

  it("draws weights with standard deviation 0.02, gains of 1 and biases of 0", async () => {
    const params = initializeParameters({ ...tiny, embedDim: 64 }, random);
    const values = (await params["encoder.blocks.0.mlp.fc1.weight"]?.data()) as Float32Array;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    expect(Math.abs(deviation / 0.02 - 1)).toBeLessThan(0.03);
    expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / values.length)).toBeLessThan(0.001);
    expect([...((await params["encoder.norm.weight"]?.data()) ?? [])]).toEqual(new Array(64).fill(1));
    expect([...((await params["encoder.norm.bias"]?.data()) ?? [])]).toEqual(new Array(64).fill(0));
    tf.dispose(params);
  });

  it("draws the weights of a narrow model as wide as a ViT-B/16's when asked to, by what goes in", async () => {
    const config = { ...tiny, embedDim: 64, channels: 3, patchSize: 8, imageSize: 16 };
    const plain = initializeParameters(config, random);
    const scaled = initializeParameters({ ...config, initSpread: "fan-in" }, random);
    for (const [name, factor] of [
      ["encoder.patch_embed.proj.weight", Math.sqrt(768 / (3 * 8 * 8))],
      ["encoder.blocks.0.attn.qkv.weight", Math.sqrt(768 / 64)],
      ["encoder.blocks.0.mlp.fc2.weight", Math.sqrt(768 / 256)],
      ["predictor_c.predictor_embed.weight", Math.sqrt(768 / 64)],
      ["predictor_c.mask_token", 1],
      ["encoder.norm.weight", 1],
    ] as const) {
      const [before, after] = [(await plain[name]?.data())?.[3] as number, (await scaled[name]?.data())?.[3] as number];
      expect([name, after / before]).toEqual([name, expect.closeTo(factor, 5)]);
    }
    tf.dispose([plain, scaled]);
  });

  it("divides output weights of block i by √(2i) when asked to", async () => {
    const plain = initializeParameters(tiny, random);
    const rescaled = initializeParameters({ ...tiny, initDepthRescale: true }, random);
    for (const [name, divisor] of [
      ["encoder.blocks.2.attn.proj.weight", Math.sqrt(6)],
      ["predictor_c.predictor_blocks.0.mlp.fc2.weight", Math.sqrt(2)],
      ["encoder.blocks.2.attn.qkv.weight", 1],
    ] as const) {
      const [before, after] = [
        (await plain[name]?.data())?.[3] as number,
        (await rescaled[name]?.data())?.[3] as number,
      ];
      expect(before / after).toBeCloseTo(divisor, 5);
    }
    tf.dispose([plain, rescaled]);
  });

  it("gives a teacher that is the student under another name", async () => {
    const params = initializeParameters(tiny, random);
    const teacher = initializeTeacher(params);
    const students = Object.keys(params).filter((name) => name.startsWith("encoder."));
    expect(Object.keys(teacher)).toEqual(students.map((name) => `target_${name}`));
    expect(await teacher["target_encoder.blocks.0.attn.qkv.weight"]?.data()).toEqual(
      await params["encoder.blocks.0.attn.qkv.weight"]?.data(),
    );
    tf.dispose([params, teacher]);
  });
});

describe("takePatches", () => {
  it("orders patches by row and column and pixels by channel, row and column", () => {
    // Pixel value 100·channel + 10·row + column on a 4×4 image of two channels, patches of 2×2.
    const config = { ...tiny, imageSize: 4, patchSize: 2 };
    const values = Float32Array.from({ length: 32 }, (_, index) => {
      const [channel, column, row] = [index % 2, Math.floor(index / 2) % 4, Math.floor(index / 8)];
      return 100 * channel + 10 * row + column;
    });
    const patches = takePatches(tf.tensor4d(values, [1, 4, 4, 2]), config);
    expect(patches.arraySync()).toEqual([
      [0, 1, 10, 11, 100, 101, 110, 111],
      [2, 3, 12, 13, 102, 103, 112, 113],
      [20, 21, 30, 31, 120, 121, 130, 131],
      [22, 23, 32, 33, 122, 123, 132, 133],
    ]);
  });

  it("refuses images of another size", () => {
    expect(() => takePatches(tf.zeros([1, 9, 8, 2]), tiny)).toThrow(/expected \[B, 8, 8, 2\], got \[1, 9, 8, 2\]/);
  });
});

describe("encode", () => {
  const params = () => initializeParameters(tiny, rng(3).fold("parameters"));

  it("sees the same with all patches named as with none named, in whatever order", async () => {
    const weights = params();
    const all = (await encode(weights, "student", { images: images(2) }, tiny).array()) as number[][][];
    const order = tf.tensor2d([3, 1, 0, 2, 3, 1, 0, 2], [2, 4], "int32");
    const mixed = (await encode(
      weights,
      "student",
      { images: images(2), patches: order },
      tiny,
    ).array()) as number[][][];
    for (const [place, patch] of [3, 1, 0, 2].entries()) {
      mixed[1]?.[place]?.forEach((value, index) => {
        expect(value).toBeCloseTo(all[1]?.[patch]?.[index] as number, 5);
      });
    }
  });

  it("does not let padding change a token", async () => {
    const weights = params();
    const see = (seen: Omit<EncoderInputs, "images">) =>
      encode(weights, "student", { images: images(1), ...seen }, tiny).data();
    const short = await see({ patches: tf.tensor2d([1, 2], [1, 2], "int32") });
    const padded = tf.tensor2d([1, 2, 2, 2], [1, 4], "int32");
    const mask = tf.tensor2d([1, 1, 0, 0], [1, 4]);
    const long = await see({ patches: padded, counted: mask });
    short.forEach((value, index) => {
      expect(long[index]).toBeCloseTo(value, 6);
    });
    const unmasked = await see({ patches: padded });
    expect(Math.abs((unmasked[0] as number) - (short[0] as number))).toBeGreaterThan(1e-6);
  });

  it("gives the last blocks' tokens, each normalized, the last being its own output", async () => {
    const weights = params();
    const layers = encodeLayers(weights, "student", { images: images(2) }, tiny, 2);
    expect(layers.map(({ shape }) => shape)).toEqual([
      [2, 4, 8],
      [2, 4, 8],
    ]);
    expect(await layers[1]?.data()).toEqual(await encode(weights, "student", { images: images(2) }, tiny).data());
    const [first] = layers as [tf.Tensor3D, tf.Tensor3D];
    const token = (await first.array())[0]?.[0] as number[];
    expect(token.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 4);
  });

  it("leaves no tensor behind but its result", () => {
    const weights = params();
    const batch = images(1);
    const before = tf.memory().numTensors;
    const tokens = tf.tidy(() => encode(weights, "student", { images: batch }, tiny));
    expect(tf.memory().numTensors).toBe(before + 1);
    tokens.dispose();
  });
});

describe("predict", () => {
  it("never lets one target block see another", async () => {
    const weights = initializeParameters(tiny, rng(3).fold("parameters"));
    const inputs = (other: number) => ({
      context: encode(weights, "student", { images: images(1), patches: tf.tensor2d([0], [1, 1], "int32") }, tiny),
      contextIndices: tf.tensor2d([0], [1, 1], "int32"),
      targetIndices: tf.tensor2d([1, other], [2, 1], "int32"),
    });
    const names = predictorNames("c", tiny);
    const first = async (other: number) => (await predict(weights, names, inputs(other), tiny).data()).slice(0, 8);
    expect(await first(2)).toEqual(await first(3));
  });

  it("refuses target rows that are no whole number of blocks", () => {
    const weights = initializeParameters(tiny, rng(3).fold("parameters"));
    const inputs = {
      context: tf.zeros([2, 1, 8]) as tf.Tensor3D,
      contextIndices: tf.zeros([2, 1], "int32") as tf.Tensor2D,
      targetIndices: tf.zeros([3, 1], "int32") as tf.Tensor2D,
    };
    expect(() => predict(weights, predictorNames("c", tiny), inputs, tiny)).toThrow(ShapeError);
  });
});

describe("standardize", () => {
  it("gives rows of mean 0 and variance 1, by hand", () => {
    // mean 2, deviations −1 and 1, variance 1
    const [low, high] = standardize(tf.tensor2d([[1, 3]]), 0).dataSync();
    expect(low).toBeCloseTo(-1, 5);
    expect(high).toBeCloseTo(1, 5);
  });
});
