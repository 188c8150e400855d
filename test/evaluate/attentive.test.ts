import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ready, tf } from "../../lib/engine";
import { attentiveLogits } from "../../lib/evaluate/classifiers/attentive-heads";
import { vjepaSchedule } from "../../lib/evaluate/classifiers/train-vjepa";
import { createVjepaHead } from "../../lib/evaluate/classifiers/vjepa-head";
import { poolerLogits, poolerParameters } from "../../lib/evaluate/classifiers/vjepa-pooler";
import type { Parameters } from "../../lib/model";
import { sizeFromShape } from "../../lib/shape";

const [images, tokens, width, heads, classes, queries] = [6, 5, 8, 2, 3, 4];
const golden = JSON.parse(readFileSync(join(__dirname, "../golden/attentive.json"), "utf8")) as {
  vjepa: { scores: number[][]; losses: number[]; after: number[][] };
  efficient: number[][];
};

/** The formula of scripts/reference/attentive_goldens.py. */
function wave(place: number, shape: number[], scale = 1): tf.Tensor {
  const size = sizeFromShape(shape);
  const values = Float32Array.from(
    { length: size },
    (_, k) => scale * Math.sin(0.7 + 1.3 * place + (0.37 + 0.11 * place) * k),
  );
  return tf.tensor(values, shape);
}

const layer = (name: string, place: number, out: number, into: number) => ({
  [`${name}.weight`]: wave(place, [out, into], 0.4),
  [`${name}.bias`]: wave(place + 1, [out], 0.1),
});
const norm = (name: string) => ({ [`${name}.weight`]: tf.ones([width]), [`${name}.bias`]: tf.zeros([width]) });
const parameters = (): Parameters => ({
  query: wave(1, [1, width], 0.2),
  ...norm("norm1"),
  ...layer("qkv", 2, 3 * width, width),
  ...layer("proj", 4, width, width),
  ...norm("norm2"),
  ...layer("fc1", 6, 4 * width, width),
  ...layer("fc2", 8, width, 4 * width),
  ...layer("linear", 10, classes, width),
});

const expectClose = (found: ArrayLike<number>, expected: number[], digits: number) =>
  expected.forEach((value, at) => {
    expect(found[at], `number ${at}`).toBeCloseTo(value, digits);
  });

beforeAll(() => ready());

describe("V-JEPA's attentive classifier", () => {
  it("scores as PyTorch's modules do", () => {
    const scores = tf.tidy(() =>
      poolerLogits(parameters(), wave(0, [images, tokens, width], 1.5) as tf.Tensor3D, heads),
    );
    expectClose(scores.dataSync(), golden.vjepa.scores.flat(), 5);
    scores.dispose();
  });

  it("trains as PyTorch's AdamW does, with clipping and both cosines", async () => {
    const head = createVjepaHead(parameters(), { width, heads, classes });
    const seen = wave(0, [images, tokens, width], 1.5);
    const labels = Int32Array.from({ length: images }, (_, at) => at % classes);
    const steps = golden.vjepa.losses.length;
    const losses: number[] = [];
    for (let step = 1; step <= steps; step++) losses.push(await head.update(seen, labels, vjepaSchedule(step, steps)));
    expectClose(losses, golden.vjepa.losses, 5);
    const after = await head.logProbabilities(seen);
    const expected = golden.vjepa.after.flatMap((scores) => {
      const total = Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0));
      return scores.map((score) => score - total);
    });
    // The bias of the keys has a gradient of rounding noise alone, which Adam turns into steps of the learning rate.
    expectClose(after.dataSync(), expected, 4);
    tf.dispose([seen, after]);
    head.dispose();
  });

  it("has V-JEPA's number of parameters: 12 D² + 14 D, and a linear layer", () => {
    const made = poolerParameters({ width, heads, classes }, 1);
    const count = Object.values(made).reduce((sum, { size }) => sum + size, 0);
    // Query D, two norms 4 D, attention 4 D² + 4 D, MLP 8 D² + 5 D.
    expect(count).toBe(12 * width ** 2 + 14 * width + classes * (width + 1));
    tf.dispose(Object.values(made));
  });
});

describe("attentiveLogits", () => {
  it("pools as efficient probing does in PyTorch", () => {
    const scores = tf.tidy(() =>
      attentiveLogits(
        tf.reshape(wave(0, [images, tokens, width], 1.5), [images, tokens * width]),
        [
          wave(20, [1, queries, width], 0.8),
          wave(21, [1, queries, width, width / queries], 0.4),
          wave(22, [1, width, classes], 0.5),
          wave(23, [1, 1, classes], 0.1),
        ],
        { tokens },
      ),
    );
    expectClose(scores.dataSync(), golden.efficient.flat(), 5);
    scores.dispose();
  });
});
