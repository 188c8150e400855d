import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ready, tf } from "../../lib/engine";
import {
  type Features,
  fitLogisticRegression,
  type HeadBatches,
  type LinearClassifier,
  linearHeads,
  scoreClassifier,
  standardized,
  trainHeads,
} from "../../lib/evaluate";
import { knnRight, shareOf } from "../../lib/evaluate/classifiers/knn";
import { temporaryFolder } from "../temporary-folder";
import { features } from "./features-by-hand";

/** What scikit-learn reaches at best: features of `hardFeatures`, and by penalty the objective. */
interface MinimumCase {
  classes: number;
  perClass: number;
  width: number;
  /** Of the axes' lengths. */
  condition: number;
  separation: number;
  objective: Record<string, number>;
}

interface Golden {
  logreg: Record<string, { accuracy: number; loss: number }>;
  minima: MinimumCase[];
  knn: { k: number; temperature: number; accuracy: number }[];
  /** By base rate: for each epoch the training loss, the test loss, the test accuracy. */
  sgd: Record<string, [number, number, number][]>;
}

const path = join(__dirname, "../golden/evaluate.json");
const golden = JSON.parse(readFileSync(path, "utf8")) as Golden;
const [classes, width] = [5, 12];

/** The formula of scripts/reference/evaluate_goldens.py. */
function made(count: number, offset: number): Features {
  const labels = Array.from({ length: count }, (_, row) => row % classes);
  const rows = labels.map((label, row) => {
    const i = row + offset;
    return Array.from(
      { length: width },
      (_, j) =>
        Math.sin(1.7 * i + 0.9 * j * i + j) + 0.8 * Math.sin(0.31 * i * j + 2) + (j === label ? 1 : 0) + 0.3 * j,
    );
  });
  return features(rows, labels);
}

/** The other formula there. */
function hardFeatures({ classes, perClass, width, condition, separation }: MinimumCase): Features {
  const labels = Array.from({ length: classes * perClass }, (_, row) => row % classes);
  const rows = labels.map((label, i) =>
    Array.from({ length: width }, (_, j) => {
      const noise = Math.sin(1.3 * i + 0.7 * j * i + 2 * j) + Math.sin(0.11 * i * i + 1.9 * j);
      const center = Math.sin(12.9898 * label + 78.233 * j) * separation;
      return (noise + center) * condition ** (-j / (width - 1));
    }),
  );
  return features(rows, labels);
}

const train = made(600, 0);
const test = made(1000, 10_000);
/** A tenth of a point; one image of the 1000 is as much. */
const TENTH = 0.001 + 1e-9;

beforeAll(() => ready());

describe("the same features under another's hands", () => {
  it("scikit-learn's logistic regression: the same accuracy within 0.1 point, the same loss", async () => {
    const [scaled, scaledTest] = standardized(train, test) as [Features, Features];
    const penalties = Object.keys(golden.logreg).map(Number);
    const fitted = await fitLogisticRegression(scaled, { classes, penalties, tolerance: 1e-9 });
    penalties.forEach((_, index) => {
      const { accuracy, loss } = Object.values(golden.logreg)[index] as Golden["logreg"][string];
      const ours = scoreClassifier(fitted[index] as LinearClassifier, scaledTest);
      expect(Math.abs(ours.accuracy - accuracy)).toBeLessThanOrEqual(TENTH);
      expect(ours.loss).toBeCloseTo(loss, 3);
    });
  });

  it.each(golden.minima)(
    "scikit-learn's minimum within 1e-4, penalties 1e-6 to 1e4: $classes classes, $perClass labels each, condition $condition",
    async (it) => {
      const penalties = Object.keys(it.objective).map(Number);
      const fits = await fitLogisticRegression(hardFeatures(it), { classes: it.classes, penalties });
      for (const { penalty, objective, converged } of fits) {
        const reference = Object.entries(it.objective).find(([key]) => Number(key) === penalty)?.[1] as number;
        expect(converged, `penalty ${penalty}`).toBe(true);
        expect(Math.abs(objective / reference - 1), `penalty ${penalty}`).toBeLessThan(1e-4);
      }
    },
  );

  it("scikit-learn's k-NN with the same weights: the same accuracy within 0.1 point", async () => {
    for (const { k, temperature, accuracy } of golden.knn)
      expect(
        Math.abs(shareOf(await knnRight({ train, test }, { classes, k, temperature })) - accuracy),
      ).toBeLessThanOrEqual(TENTH);
  });

  it("PyTorch's SGD with momentum and CosineAnnealingLR: the same curves, all rates at once", async () => {
    const rates = Object.keys(golden.sgd).map(Number);
    const heads = linearHeads({ width, classes, rates: rates.length });
    const [inputs, labels] = [tf.tensor2d(train.values, [600, width]), tf.tensor1d(train.labels, "int32")];
    const batches: HeadBatches = {
      size: 100,
      *epoch(epoch) {
        const order = Int32Array.from({ length: 600 }, (_, place) => (((place + 1) * (epoch + 2) * 7) % 601) - 1);
        for (let start = 0; start < 600; start += 100) {
          const places = tf.tensor2d(order.slice(start, start + 100), [1, 100], "int32");
          yield { inputs, labels, places };
          places.dispose();
        }
      },
      dispose: () => tf.dispose([inputs, labels]),
    };
    const curves = await trainHeads(heads, rates, batches, test, { epochs: 8, sgdMomentum: 0.9 });
    Object.values(golden.sgd).forEach((epochs, rate) => {
      for (const [epoch, [trainLoss, testLoss, accuracy]] of epochs.entries()) {
        expect(curves.trainLoss[epoch]?.[rate]).toBeCloseTo(trainLoss, 4);
        expect(curves.loss[epoch]?.[rate]).toBeCloseTo(testLoss, 4);
        expect(Math.abs((curves.accuracy[epoch]?.[rate] as number) - accuracy)).toBeLessThanOrEqual(TENTH);
      }
    });
    heads.dispose();
    batches.dispose();
  });

  const python = process.env.NJEPA_PEER_PYTHON;
  it.skipIf(!python)(
    "the golden numbers are what the peers at hand (NJEPA_PEER_PYTHON) make today",
    () => {
      const folder = temporaryFolder();
      try {
        const script = join(__dirname, "../../scripts/reference/evaluate_goldens.py");
        execFileSync(python as string, [script, join(folder, "now.json")], { stdio: "pipe" });
        const now = JSON.parse(readFileSync(join(folder, "now.json"), "utf8")) as Golden;
        now.knn.forEach(({ accuracy }, index) => {
          expect(Math.abs(accuracy - (golden.knn[index]?.accuracy ?? Number.NaN))).toBeLessThanOrEqual(TENTH);
        });
        for (const [penalty, { loss }] of Object.entries(now.logreg))
          expect(golden.logreg[penalty]?.loss).toBeCloseTo(loss, 5);
        for (const [rate, curve] of Object.entries(now.sgd))
          curve.forEach(([, loss], epoch) => {
            expect(golden.sgd[rate]?.[epoch]?.[1]).toBeCloseTo(loss, 4);
          });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    120_000,
  );
});
