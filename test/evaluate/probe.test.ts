import { beforeAll, describe, expect, it } from "vitest";
import { type EvaluateInput, parseRun } from "../../lib/config";
import { arrayDataset } from "../../lib/data";
import { withDevelopmentSplit } from "../../lib/data/development-split";
import { ready, tf } from "../../lib/engine";
import {
  extractFeatures,
  type FeaturePair,
  type FeatureSource,
  type Features,
  layersAbove,
  probe,
  probeFeatures,
  probeTables,
  warmupCosine,
} from "../../lib/evaluate";
import { encoderWeights } from "../../lib/evaluate/features/encoder-weights";
import { tokenFeatures } from "../../lib/evaluate/features/token-features";
import { initializeParameters, initializeTeacher } from "../../lib/model";
import { rng } from "../../lib/random";
import { tinyImages } from "../train/tiny-images";
import { clusters, features } from "./features-by-hand";

beforeAll(() => ready());

const near = { count: 400, classes: 4, distance: 3 };
const pair = { train: clusters({ ...near, seed: 1 }), test: clusters({ ...near, seed: 2 }) };
const featureSource: FeatureSource = { encoder: "student", layers: "last", blocks: 1, images: "whole images" };
const linear = { protocol: "linear", epochs: 10, batchSize: 64, optimum: false } as const;
const mlp = { protocol: "mlp", epochs: 10, batchSize: 64, mlp: { hidden: 32 } } as const;
const knn = { protocol: "knn" } as const;
const logreg = { protocol: "logreg" } as const;

async function one(of: FeaturePair, config: Parameters<typeof probe>[2]) {
  const results = await probeFeatures(of, config, { classes: 4, source: featureSource });
  expect(results).toHaveLength(1);
  return results[0] as (typeof results)[number];
}

function withLabels(from: Features, labels: Int32Array): Features {
  return { ...from, labels };
}

describe("probeFeatures", () => {
  it.each([logreg, linear, mlp, knn])(
    "tells clusters apart from a tenth of the labels: $protocol",
    async (protocol) => {
      const before = tf.memory().numTensors;
      const result = await one(pair, { ...protocol, fractions: [0.1], subsets: 3, subsetSeed: 7 });
      expect(result).toMatchObject({ fraction: 0.1, labels: 40, n: 3, encoder: "student", layers: "last" });
      expect(result.subsets.map(({ seed }) => seed)).toEqual([7, 8, 9]);
      expect(result.mean).toBeGreaterThan(0.8);
      expect(result.mean).toBeCloseTo(result.subsets.reduce((sum, { accuracy }) => sum + accuracy, 0) / 3, 9);
      expect(result.interval?.[0]).toBeLessThanOrEqual(result.mean);
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  it.each([logreg, linear, mlp, knn])(
    "is at chance when the training labels are permuted: $protocol",
    async (protocol) => {
      const order = rng(0).fold("permuted").permutation(400);
      const permuted = withLabels(
        pair.train,
        pair.train.labels.map((_, index) => pair.train.labels[order[index] as number] as number),
      );
      const { mean } = await one({ ...pair, train: permuted }, { ...protocol, fractions: [0.5], subsets: 4 });
      // A quarter; one run's standard error is that of 4 classes shared out at random over 4 clusters, at most 25 points.
      expect(Math.abs(mean - 0.25)).toBeLessThan(0.25);
    },
  );

  it("never chooses a setting by test labels: other test labels change accuracies and nothing else", async () => {
    const options = { ...logreg, fractions: [0.2], subsets: 3 };
    const honest = await one(pair, options);
    const shifted = withLabels(
      pair.test,
      pair.test.labels.map((label) => (label + 1) % 4),
    );
    const other = await one({ ...pair, test: shifted }, options);
    expect(other.subsets.map(({ chosen }) => chosen)).toEqual(honest.subsets.map(({ chosen }) => chosen));
    expect(other.mean).toBeLessThan(0.2);
  });

  it("repeats itself for a seed", async () => {
    const options = { ...linear, fractions: [0.1], subsets: 2, subsetSeed: 3 };
    expect(await one(pair, options)).toEqual(await one(pair, options));
  });

  it("changes nothing when features are scaled and shifted, since it standardizes by the training part", async () => {
    const moved = (from: Features) => ({ ...from, values: from.values.map((value) => 40 * value - 7) });
    const options = { ...logreg, fractions: [0.2], subsets: 2 };
    const plain = await one(pair, options);
    const other = await one({ train: moved(pair.train), test: moved(pair.test) }, options);
    other.subsets.forEach(({ accuracy }, index) => {
      // Float32 may turn a point that lies on a border: one of 400 is 0.0025.
      expect(Math.abs(accuracy - (plain.subsets[index]?.accuracy ?? Number.NaN))).toBeLessThanOrEqual(0.005);
    });
  });

  it("says its protocol as data and in one sentence, with where the setting was chosen", async () => {
    const { protocol, sentence } = await one(pair, { ...logreg, fractions: [0.1], subsets: 2 });
    expect(sentence).toBe(
      "frozen student, average-pooled last layer (6), whole images, standardized, L2 logistic regression to convergence, " +
        "λ chosen on 20 % of the training labels, 2 class-balanced subsets of 10 % (40 labels)",
    );
    expect(protocol).toMatchObject({ name: "logreg", width: 6, heldOut: 0.2, seeds: [0, 1], dataset: "by hand" });
  });

  it("marks a choice at the edge of the list, where a better one may lie beyond", async () => {
    const narrow = await one(pair, { ...logreg, fractions: [0.2], subsets: 1, penalties: [1e4, 1e5, 1e6] });
    expect(narrow.subsets[0]).toMatchObject({ chosen: { penalty: 1e4 }, atEdge: ["penalty"] });
  });

  it("chooses rate and epoch off the test part, and gives the last epoch's number too", async () => {
    const result = await one(pair, { ...linear, fractions: [0.2], subsets: 2, learningRates: [1e-5, 0.3, 1e4] });
    for (const { accuracy, last, chosen, atEdge } of result.subsets) {
      expect(chosen.learningRate).toBe(0.3);
      expect(chosen.epoch).toBeGreaterThanOrEqual(1);
      expect(chosen.epoch).toBeLessThanOrEqual(10);
      expect([accuracy > 0.8, (last as number) > 0.8, atEdge]).toEqual([true, true, []]);
    }
    expect(result.sentence).toContain(
      "linear layer on cached features, SGD (momentum 0.9, batch 64, cosine, 10 epochs), one of 3 learning rates and the " +
        "epoch chosen on 20 % of the training labels",
    );
  });

  it("takes so many labels of each class, more of them holding fewer, and says so", async () => {
    const results = await probeFeatures(
      pair,
      { ...logreg, penalties: [1], shots: [1, 5], subsets: 3 },
      { classes: 4, source: featureSource },
    );
    expect(results.map(({ labels, protocol, n }) => [labels, protocol.shots, n])).toEqual([
      [4, 1, 3],
      [20, 5, 3],
    ]);
    expect(results[0]?.sentence).toMatch(/3 subsets of 1 label a class \(4\)$/);
    expect(results[1]?.mean).toBeGreaterThan(results[0]?.mean as number);
    await expect(one(pair, { ...logreg, penalties: [1], shots: [101] })).rejects.toThrow(
      /class 0 has 100: ask for fewer/,
    );
    await expect(one(pair, { ...logreg, shots: [1] })).rejects.toThrow(/too small to choose a setting on/);
  });

  it("tells where the loss of linear's classifier is minimal, which SGD stops short of", async () => {
    const short = { ...linear, epochs: 1, learningRates: [1e-4], fractions: [1], optimum: true };
    const [subset] = (await one(pair, short)).subsets;
    const [converged] = (await one(pair, { ...logreg, penalties: [1e-6], fractions: [1] })).subsets;
    expect(subset?.optimum?.accuracy).toBeCloseTo(converged?.accuracy as number, 2);
    // One epoch at so small a rate leaves the loss near log 4; the minimum's is far below.
    expect(subset?.optimum?.lossGap).toBeGreaterThan(0.5);
    expect(subset?.optimum?.lossGap).toBeLessThan(Math.log(4));
    expect((await one(pair, { ...short, optimum: false })).subsets[0]).not.toHaveProperty("optimum");
  });

  it("fits without intercept on features of length 1 as iBOT does", async () => {
    const { protocol, sentence, mean, subsets } = await one(pair, {
      protocol: "ibot-logreg",
      fractions: [0.2],
      subsets: 2,
    });
    expect(protocol).toMatchObject({ normalize: "of length 1", settings: { penalty: [0.01, 0.1, 1] } });
    expect(sentence).toContain(
      "of length 1, L2 logistic regression without intercept to convergence (iBOT), λ chosen on 20 %",
    );
    expect(subsets.every(({ converged }) => converged === true)).toBe(true);
    expect(mean).toBeGreaterThan(0.8);
  });

  it("states k and temperature of k-NN, which chooses nothing", async () => {
    const result = await one(pair, { ...knn, fractions: [1] });
    expect(result.protocol).toMatchObject({
      settings: { k: 20, temperature: 0.07 },
      heldOut: null,
      normalize: "of length 1",
    });
    expect(result.sentence).toContain("of length 1, 20 nearest by cosine, weights exp(s / 0.07), all 400 labels");
  });

  it("says that all labels vote where k-NN has fewer of them than neighbors", async () => {
    const voters = async (k: number) =>
      (await one(pair, { ...knn, knn: { k }, fractions: [0.1], subsets: 1 })).sentence;
    expect(await voters(100_000)).toContain(
      "of length 1, all 40 labels as neighbors (fewer than k = 100000) by cosine, weights exp(s / 0.07), 1 class-balanced",
    );
    expect(await voters(40)).toContain("of length 1, 40 nearest by cosine");
  });

  it.each<[string, EvaluateInput, string]>([
    ["protocol", { protocol: ["knn", "logreg", "knn"] }, '"knn"'],
    ["shots", { ...knn, shots: [5, 5] }, "5"],
    ["fractions", { ...knn, fractions: [0.1, 1, 0.1] }, "0.1"],
    ["encoder", { ...knn, encoder: ["student", "student"] }, '"student"'],
    ["layers", { ...knn, layers: ["last", "last"] }, '"last"'],
    ["labelLists", { ...knn, labelLists: ["a.txt", "a.txt"] }, '"a.txt"'],
  ])("refuses %s that stand there twice, and would give their rows twice", async (name, config, entry) => {
    await expect(one(pair, config)).rejects.toThrow(`${name}: expected each once, and ${entry} stands there twice`);
    expect(() => parseRun({ evaluate: config })).toThrow(`evaluate.${name}: expected each once, and ${entry} stands`);
  });

  it("refuses protocols that need the images", async () => {
    await expect(one(pair, { protocol: "finetune", fractions: [0.5] })).rejects.toThrow(/finetune needs images/);
  });

  it("names a class without a label in the subset, and a label that is no class", async () => {
    const five = probeFeatures(pair, { ...knn, fractions: [0.1], subsets: 1 }, { classes: 5, source: featureSource });
    await expect(five).rejects.toThrow(/A subset of 40 labels has none of class 4: expected each of 5 classes/);
    const three = probeFeatures(pair, { ...knn, fractions: [1] }, { classes: 3, source: featureSource });
    await expect(three).rejects.toThrow(/Label 3 is 3: expected 0 … 2/);
    // Such an image would count as one that was classified wrongly.
    const test = { ...pair.test, labels: pair.test.labels.map((label, at) => (at === 2 ? -1 : label)) };
    await expect(one({ ...pair, test }, { ...knn, fractions: [1] })).rejects.toThrow(
      "Label 2 of the test images is -1: expected 0 … 3.",
    );
  });

  it("says so when a subset has no label to hold out", async () => {
    await expect(one(pair, { fractions: [0.01], subsets: 1 })).rejects.toThrow("A subset of 4 labels is too small");
    const single = await one(pair, { ...logreg, fractions: [0.01], subsets: 1, penalties: [1] });
    expect(single.subsets[0]).toMatchObject({ chosen: { penalty: 1 }, atEdge: [] });
    expect(single.sentence).not.toContain("chosen");
    expect([single.std, single.interval]).toEqual([null, null]);
  });

  it("stops when its signal says so", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(probeFeatures(pair, logreg, { classes: 4, source: featureSource, signal })).rejects.toThrow("enough");
  });

  it("refuses features that do not belong together, are too few, or are no numbers", async () => {
    const refuse = (of: FeaturePair, message: RegExp) => expect(one(of, { fractions: [0.1] })).rejects.toThrow(message);
    await refuse({ ...pair, test: features([[1]], [0]) }, /Training features are 6 wide, test features 1/);
    await refuse({ ...pair, test: { ...pair.test, dataset: "another" } }, /data set by hand, test features of another/);
    await refuse(
      { train: features([[1]], [0]), test: features([[1]], [0]) },
      /1 training image: expected at least two/,
    );
    const broken = {
      ...pair.train,
      values: pair.train.values.map((value, at) => (at === 6 * 17 + 2 ? Number.NaN : value)),
    };
    await refuse({ ...pair, train: broken }, /Feature 2 of training image 17 is NaN.*earlier checkpoint/);
  });
});

describe("probe", () => {
  const random = rng(4).fold("bars");
  /** A bright bar every 7 pixels on noise, lying or standing. */
  const bars = (count: number) => {
    const labels = Array.from({ length: count }, (_, index) => index % 2);
    const pixels = new Uint8Array(count * 784);
    labels.forEach((label, image) => {
      const at = random.int(0, 7);
      for (let pixel = 0; pixel < 784; pixel++) {
        const bright = (label === 0 ? Math.floor(pixel / 28) : pixel % 28) % 7 === at;
        pixels[image * 784 + pixel] = random.int(0, 60) + (bright ? 180 : 0);
      }
    });
    return { pixels, labels };
  };
  const size = { height: 28, width: 28, channels: 1 };
  const data = arrayDataset({
    name: "bars",
    classNames: ["lying", "standing"],
    ...size,
    train: bars(200),
    test: bars(100),
  });
  const run = parseRun({ preset: "smoke" });
  const source = {
    run,
    parameters: () => {
      const student = initializeParameters(run.model, rng(1), run.objective.method);
      return { ...student, ...initializeTeacher(student) };
    },
  };

  it("gives one result for each encoder × layers × protocol × fraction, pixels without layers", async () => {
    const results = await probe(source, data, {
      encoder: ["student", "teacher", "untrained", "raw-pixels"],
      layers: ["last", "last4"],
      protocol: ["logreg", "linear"],
      fractions: [0.2, 1],
      subsets: 2,
      epochs: 2,
      optimum: false,
      penalties: [1, 10],
      learningRates: [0.1, 1],
    });
    const names = results.map(({ encoder, layers, protocol, fraction }) =>
      [encoder, layers, protocol.name, fraction].join(),
    );
    expect(names).toHaveLength(3 * 2 * 2 * 2 + 4);
    expect(new Set(names).size).toBe(names.length);
    expect(names.slice(0, 3)).toEqual(["student,last,logreg,0.2", "student,last,logreg,1", "student,last,linear,0.2"]);
    for (const { protocol, width } of results.map(({ protocol }) => ({ protocol, width: protocol.width })))
      expect(width).toBe(protocol.encoder === "raw-pixels" ? 784 : protocol.layers === "last" ? 32 : 64);
    const of = (encoder: string) => results.filter((result) => result.encoder === encoder).map(({ mean }) => mean);
    // The teacher starts as the student's copy.
    expect(of("teacher")).toEqual(of("student"));
    expect(results.every(({ protocol }) => protocol.dataset === data.fingerprint)).toBe(true);
  });

  it("says that the development images were scored where they stand in for the test images", async () => {
    const config: EvaluateInput = { encoder: ["raw-pixels", "student"], protocol: "knn", fractions: [1] };
    const own = await probe(source, withDevelopmentSplit(data, 0.5), config);
    const whole = await probe(source, data, config);
    const end = ", scored on the development split of the training images";
    expect(own.map(({ sentence }) => sentence.endsWith(end))).toEqual([true, true]);
    expect(whole.map(({ sentence }) => sentence.endsWith(end))).toEqual([false, false]);
    const caption = (results: typeof own) => probeTables(results)[0]?.toText().split("\n")[0];
    expect(caption(own)).toContain("Top-1 accuracy on the development images: mean");
    expect(caption(whole)).toContain("Top-1 accuracy on the test images: mean");
    expect(caption([...own, ...whole])).toContain("Top-1 accuracy on the test or development images: mean");
  });

  it("takes one name where a list may stand, and names a wrong one", async () => {
    const [only, ...others] = await probe(source, data, {
      encoder: "raw-pixels",
      protocol: "logreg",
      penalties: [1],
      fractions: [1],
    });
    expect(others).toEqual([]);
    expect(only?.sentence).toBe(
      "raw pixels (784), whole images, standardized, L2 logistic regression to convergence, all 200 labels",
    );
    await expect(probe(source, data, { encoder: "pupil" as "student" })).rejects.toThrow(/evaluate settings: encoder/);
  });

  it("trains on random crops, and end to end, the same again for a seed", async () => {
    const config = {
      protocol: ["linear-augmented", "finetune"],
      fractions: [1],
      epochs: 3,
      batchSize: 32,
      learningRates: [0.1, 1],
      augmentation: { scale: [0.8, 1] },
      finetune: { epochs: 12, batchSize: 20, learningRates: [1e-7, 0.1], warmupEpochs: 2, layerDecay: 1 },
    } as Parameters<typeof probe>[2];
    const run = await probe(source, data, config);
    const [augmented, tuned] = run;
    expect(augmented?.sentence).toBe(
      "frozen student, average-pooled last layer (32), random crops (80 % to 100 % of the area) and flips, tested on whole " +
        "images, standardized, linear layer on features of every crop, SGD (momentum 0.9, batch 32, cosine, 3 epochs), one " +
        "of 2 learning rates and the epoch chosen on 20 % of the training labels, all 200 labels",
    );
    expect(augmented?.mean).toBeGreaterThan(0.5);
    expect(tuned?.sentence).toMatch(/^student fine-tuned end to end, average-pooled last layer \(32\), random crops/);
    for (const { chosen } of tuned?.subsets ?? []) expect(chosen.learningRate).toBe(0.1);
    expect(tuned?.mean).toBeGreaterThan(0.9);
    const short = { ...config, epochs: 1, finetune: { epochs: 1, batchSize: 20, learningRates: [0.1] } };
    expect(await probe(source, data, short)).toEqual(await probe(source, data, short));
    const [dino] = await probe(source, data, { protocol: "dino-linear", fractions: [1], epochs: 1, batchSize: 64 });
    expect(dino?.sentence).toMatch(
      /tested on whole images, linear layer on features of every crop \(DINO\), SGD .*all 200 labels$/,
    );
    expect(dino?.subsets[0]).toMatchObject({ chosen: { learningRate: 0.001 } });
    await expect(probe(source, data, { ...config, encoder: ["student", "raw-pixels"] })).rejects.toThrow(
      /linear-augmented and finetune needs an encoder, and encoder has "raw-pixels"/,
    );
  });

  it("attends as V-JEPA does, at its settings, with the last epoch", async () => {
    const [found] = await probe(source, tinyImages(), { protocol: "vjepa-attentive", fractions: [1] });
    expect(found?.sentence).toMatch(
      /^frozen student, tokens of the last layer \(32 each\), .*a query that attends to the tokens of every crop and an MLP \(V-JEPA\), AdamW \(batch 1024, cosine, 20 epochs, weight decay 0.001\)/,
    );
    expect(found?.subsets[0]).toMatchObject({ chosen: { learningRate: 0.001 }, atEdge: [] });
    expect(found?.subsets[0]?.accuracy).toBeGreaterThan(0.9);
    expect(found?.protocol.heldOut).toBeNull();
  });

  it("attends to the tokens, whose mean the features are, and refuses queries that do not divide their width", async () => {
    const config = {
      protocol: "attentive",
      fractions: [1],
      epochs: 40,
      batchSize: 32,
      attentive: { queries: 4, learningRates: [0.003, 0.01, 0.03, 0.1] },
    } satisfies Parameters<typeof probe>[2];
    // Bright above or bright below: any tokens that kept anything of the image tell the two apart.
    const [found] = await probe(source, tinyImages(), config);
    expect(found?.sentence).toMatch(
      /^frozen student, tokens of the last layer \(32 each\), whole images, standardized, 4 learned queries that attend to the tokens and a linear layer, SGD \(.*one of 4 learning rates and the epoch chosen on 20 %/,
    );
    expect(found?.protocol.augmentation).toBeNull();
    expect(found?.subsets[0]?.last).toBeGreaterThan(0.9);
    const wrong = { ...config, attentive: { queries: 5, learningRates: [0.3] } };
    await expect(probe(source, data, wrong)).rejects.toThrow(/queries is 5, which does not divide the 32 numbers/);

    const split = data.split("test");
    const weights = encoderWeights(source, "student");
    const places = Int32Array.of(3, 0, 7);
    const tokens = await tokenFeatures({ run, weights, blocks: 1 }, { split, places, dataset: "bars" });
    weights.dispose();
    const pooled = await extractFeatures(source, data, "test");
    places.forEach((place, row) => {
      for (let at = 0; at < 32; at++) {
        let mean = 0;
        for (let token = 0; token < tokens.tokens; token++)
          mean += (tokens.values[(row * tokens.tokens + token) * 32 + at] as number) / tokens.tokens;
        expect(mean).toBeCloseTo(pooled.values[place * 32 + at] as number, 5);
      }
    });
  });

  it("leaves no tensor behind", async () => {
    const config = {
      protocol: ["logreg", "linear-augmented", "attentive", "finetune"],
      fractions: [0.5],
      subsets: 1,
      epochs: 1,
    };
    const small = { ...config, layers: ["last", "last4"], finetune: { epochs: 1, learningRates: [0.05] } };
    const all = small as Parameters<typeof probe>[2];
    await probe(source, data, all);
    const before = tf.memory().numTensors;
    await probe(source, data, all);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("names a class that no training image has", async () => {
    const three = arrayDataset({
      name: "bars",
      classNames: ["lying", "standing", "oblique"],
      ...size,
      train: bars(20),
      test: bars(20),
    });
    await expect(probe(source, three, {})).rejects.toThrow(/No training image of bars is of class 2 \(oblique\)/);
  });

  it("refuses one class, and images without labels", async () => {
    const one = { ...data, classNames: ["lying"] };
    await expect(probe(source, one, {})).rejects.toThrow(/has one class, lying: expected two classes or more/);
    await expect(probe(source, { ...data, classNames: [] }, {})).rejects.toThrow(/has no labels: expected two/);
  });
});

describe("finetune's schedule", () => {
  it("lowers the rate with every block below the classifier, and not for the final norm", () => {
    const names = ["patch_embed.proj.weight", "blocks.0.norm1.bias", "blocks.3.mlp.fc1.weight", "norm.weight"];
    expect(names.map((name) => layersAbove(`encoder.${name}`, 4))).toEqual([5, 4, 1, 0]);
    expect(layersAbove("head.weight", 4)).toBe(0);
  });

  it("goes up in a line and down half a cosine, by hand", () => {
    // Two steps of warm-up, four of cosine: ½, 1, then ½(1 + cos(π·i/4)) for i = 0 … 3.
    const shares = [1, 2, 3, 4, 5, 6].map((step) => warmupCosine(step, 2, 6));
    [0.5, 1, 1, 0.8536, 0.5, 0.1464].forEach((share, index) => {
      expect(shares[index]).toBeCloseTo(share, 4);
    });
    expect(warmupCosine(1, 0, 1)).toBe(1);
  });
});
