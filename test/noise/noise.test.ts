import { beforeAll, describe, expect, it } from "vitest";
import { NoiseConfig } from "../../lib/config";
import { compile, ready, tf } from "../../lib/engine";
import { drawNoise, noiseLevels, noisePresets, noiseSigmas } from "../../lib/noise";
import { rng } from "../../lib/random";

beforeAll(() => ready());

const shape = { images: 3, blocks: 2, tokens: 4, width: 8 };
const key = (name = "key") => tf.tensor1d(rng(0).fold(name).key(), "int32");
const config = (given: Partial<NoiseConfig>) => NoiseConfig.parse(given);

/** values[block][image][token][channel] */
async function drawn(
  given: Partial<NoiseConfig>,
  at: Parameters<typeof drawNoise>[1] = shape,
): Promise<number[][][][]> {
  const noise = drawNoise(key(), at, config(given)) as tf.Tensor3D;
  expect(noise.shape).toEqual([at.blocks * at.images, at.tokens, at.width]);
  return (await tf.reshape(noise, [at.blocks, at.images, at.tokens, at.width]).array()) as number[][][][];
}

describe("drawNoise", () => {
  it("is null without noise", () => {
    expect(drawNoise(key(), shape, config(noisePresets.none))).toBeNull();
  });

  it("is a function of its key", async () => {
    const of = async (name: string) => (drawNoise(key(name), shape, config({})) as tf.Tensor).data();
    expect(await of("a")).toEqual(await of("a"));
    expect(await of("a")).not.toEqual(await of("b"));
  });

  it("gives each block a draw of its own with `multi`, and one for all with `single` and `frozen`", async () => {
    const multi = await drawn({ level: "multi" });
    expect(multi[0]).not.toEqual(multi[1]);
    for (const level of ["single", "frozen"] as const) {
      const single = await drawn({ level });
      expect(single[0]).toEqual(single[1]);
      expect(single[0]?.[0]).not.toEqual(single[0]?.[1]);
    }
  });

  it("gives all tokens of a block one vector with `per-block`, and all images one draw with `batch-shared`", async () => {
    const block = await drawn({ shape: "per-block" });
    expect(block[0]?.[0]?.[0]).toEqual(block[0]?.[0]?.[3]);
    expect(block[0]?.[0]?.[0]).not.toEqual(block[0]?.[1]?.[0]);
    const shared = await drawn({ imageScope: "batch-shared", sigma: "sigma-data" });
    expect(shared[0]?.[0]).toEqual(shared[0]?.[2]);
    expect(shared[0]?.[0]).not.toEqual(shared[1]?.[0]);
  });

  it("has standard deviation sigmaData with `sigma-data`", async () => {
    const noise = drawNoise(key(), { ...shape, tokens: 64, width: 64 }, config(noisePresets.alg1)) as tf.Tensor;
    const { mean, variance } = tf.moments(noise);
    expect(Math.abs((await mean.data())[0] as number)).toBeLessThan(0.02);
    expect(Math.abs(Math.sqrt((await variance.data())[0] as number) - 0.5)).toBeLessThan(0.02);
  });

  it("starts with the same numbers for a smaller block that may have as many tokens", async () => {
    const small = await drawn({}, { ...shape, tokens: 2, mostTokens: 6 });
    const large = await drawn({}, { ...shape, tokens: 5, mostTokens: 6 });
    expect(small[1]?.[2]).toEqual(large[1]?.[2]?.slice(0, 2));
  });

  it("gives the same bits captured as eagerly, and under XLA the same but for rounding", async () => {
    const draw = (at: tf.Tensor1D) => drawNoise(at, shape, config({})) as tf.Tensor;
    const eager = await draw(key()).data();
    for (const compiler of ["graph", "xla"] as const) {
      const captured = compile(draw, { compiler });
      const drawn = await (await captured(key())).data();
      if (compiler === "graph") expect(drawn).toEqual(eager);
      for (const [index, value] of drawn.entries()) expect(value).toBeCloseTo(eager[index] as number, 5);
      captured.dispose();
    }
  });

  it.each(["multi", "single"] as const)(
    "gives a part of a batch what its images have in the whole (%s)",
    async (level) => {
      const whole = await drawn({ level });
      const places = { firstImage: tf.scalar(1, "int32"), batchSize: tf.scalar(3, "int32") };
      const noise = drawNoise(key(), { ...shape, images: 2, part: places }, config({ level })) as tf.Tensor3D;
      const part = (await tf.reshape(noise, [2, 2, 4, 8]).array()) as number[][][][];
      expect(part).toEqual(whole.map((images) => images.slice(1)));
    },
  );

  it("gives a part that is a single image its own noise, and what the batch shares with `batch-shared`", async () => {
    const part = { firstImage: tf.scalar(2, "int32"), batchSize: tf.scalar(3, "int32") };
    for (const scope of [{}, { sigmaScope: "per-block" }, { imageScope: "batch-shared" }] as const) {
      const whole = await drawn(scope);
      expect(await drawn(scope, { ...shape, images: 1, part })).toEqual(whole.map((images) => images.slice(2)));
    }
  });

  it("leaves no tensor behind but its result", () => {
    const at = key();
    const before = tf.memory().numTensors;
    const noise = drawNoise(at, shape, config({}));
    expect(tf.memory().numTensors).toBe(before + 1);
    noise?.dispose();
  });
});

describe("noiseSigmas", () => {
  it("has one level per image and block with `multi`, per image with `single`, and as the scope says else", () => {
    const sizes = (given: Partial<NoiseConfig>) => noiseSigmas(key(), shape, config(given)).shape;
    expect(sizes({ level: "multi" })).toEqual([2, 3, 1, 1]);
    expect(sizes({ level: "single" })).toEqual([1, 3, 1, 1]);
    expect(sizes({ sigmaScope: "per-block" })).toEqual([2, 1, 1, 1]);
    expect(sizes({ sigmaScope: "per-image" })).toEqual([1, 3, 1, 1]);
    expect(sizes({ sigmaScope: "per-token" })).toEqual([2, 3, 4, 1]);
    expect(sizes({ sigma: "sigma-data" })).toEqual([1, 1, 1, 1]);
  });

  it("is log-normal with the stated parameters", async () => {
    const sigmas = noiseSigmas(key(), { ...shape, images: 5000, blocks: 4 }, config({}));
    const { mean, variance } = tf.moments(tf.log(sigmas));
    expect(Math.abs(((await mean.data())[0] as number) + 1.2)).toBeLessThan(0.05);
    expect(Math.abs(Math.sqrt((await variance.data())[0] as number) - 1.2)).toBeLessThan(0.05);
  });
});

describe("noiseLevels", () => {
  it("has the log-normal's published quantiles and means", () => {
    const levels = noiseLevels(config(noisePresets.edm));
    expect(levels.median).toBeCloseTo(0.301, 3);
    expect(levels.mean).toBeCloseTo(0.619, 3);
    expect(levels.rms).toBeCloseTo(1.271, 3);
    expect(levels.p5).toBeCloseTo(0.042, 3);
    expect(levels.p95).toBeCloseTo(2.17, 2);
  });

  it("is constant with `sigma-data` and zero without noise", () => {
    expect(noiseLevels(config(noisePresets.alg1)).p95).toBe(0.5);
    expect(noiseLevels(config(noisePresets.none)).rms).toBe(0);
  });
});
