import { beforeAll, describe, expect, it } from "vitest";
import { float64Tensor, ready, tf } from "../../lib/engine";
import { fitLogisticRegression, type LinearClassifier, type LogisticFit, scoreClassifier } from "../../lib/evaluate";
import { isPastBest } from "../../lib/evaluate/classifiers/held-out";
import { logisticObjective } from "../../lib/evaluate/classifiers/logistic-objective";
import { rng } from "../../lib/random";
import { clusters, features } from "./features-by-hand";

beforeAll(() => ready());

/** For numbers that are compared with another library's minimum. */
const tolerance = 1e-9;

describe("fitLogisticRegression", () => {
  it("finds the weight of a two-class problem solved by hand", async () => {
    // Points +1 and −1 of classes 0 and 1. By symmetry W = [w, −w] and no bias, so the objective is
    // 2·log(1 + e^(−2w)) + penalty·w², whose slope −4/(1 + e^(2w)) + 2·penalty·w is 0 at w = 1 for penalty = 2/(1 + e²).
    const penalty = 2 / (1 + Math.exp(2));
    const [fitted] = await fitLogisticRegression(features([[1], [-1]], [0, 1]), {
      classes: 2,
      penalties: [penalty],
      tolerance,
    });
    const expected = [1, -1, 0, 0];
    expected.forEach((weight, index) => {
      expect(fitted?.weights[index]).toBeCloseTo(weight, 3);
    });
  });

  it("agrees with scikit-learn 1.9.1 to three digits for three penalties", async () => {
    // x[i][j] = sin(1 + 7i + 3j(i + 1)) + [j = i mod 3], i < 60, j < 4; y = i mod 3;
    // LogisticRegression(C=C, tol=1e-10, max_iter=10000).fit(x, y): coef_.T, and intercept_ less its mean.
    const rows = Array.from({ length: 60 }, (_, i) =>
      Array.from({ length: 4 }, (_, j) => Math.sin(1 + 7 * i + 3 * j * (i + 1)) + (j === i % 3 ? 1 : 0)),
    );
    const labels = rows.map((_, i) => i % 3);
    const reference: Record<string, { weights: number[]; offset: number[]; accuracy: number }> = {
      "1": {
        weights: [1.07, -0.599, -0.471, -0.4949, 1.0654, -0.5705, -0.3407, -0.6274, 0.9681, -0.1775, 0.2425, -0.065],
        offset: [-0.0475, -0.0109, 0.0584],
        accuracy: 42 / 60,
      },
      "0.1": {
        weights: [0.53, -0.2747, -0.2553, -0.2499, 0.5455, -0.2957, -0.2311, -0.2744, 0.5054, -0.0452, 0.0703, -0.0252],
        offset: [-0.0019, -0.0017, 0.0036],
        accuracy: 41 / 60,
      },
      "10": {
        weights: [
          1.3109, -0.7514, -0.5595, -0.6061, 1.2945, -0.6884, -0.3545, -0.7967, 1.1513, -0.2572, 0.333, -0.0757,
        ],
        offset: [-0.0865, -0.025, 0.1115],
        accuracy: 43 / 60,
      },
    };
    const strengths = Object.keys(reference).map(Number);
    const penalties = strengths.map((c) => 1 / c);
    const fitted = await fitLogisticRegression(features(rows, labels), { classes: 3, penalties, tolerance });
    strengths.forEach((c, index) => {
      const { weights } = fitted[index] as LinearClassifier;
      const expected = reference[String(c)] as { weights: number[]; offset: number[]; accuracy: number };
      const offset = [...weights.slice(12)];
      const mean = offset.reduce((sum, value) => sum + value, 0) / 3;
      const largest = Math.max(
        ...expected.weights.map((weight, at) => Math.abs(weight - (weights[at] ?? Number.NaN))),
        ...expected.offset.map((weight, at) => Math.abs(weight - ((offset[at] ?? Number.NaN) - mean))),
      );
      expect(largest, `largest difference at C = ${c}`).toBeLessThan(2e-3);
      expect(scoreClassifier(fitted[index] as LinearClassifier, features(rows, labels)).accuracy).toBeCloseTo(
        expected.accuracy,
        6,
      );
    });
  });

  it("reaches the minimum for features that are nearly the same, as a network's are", async () => {
    // 48 mixtures of 48 draws whose spreads fall from 1 to 0.001: a curvature that differs a million times by direction.
    const [count, width, penalty] = [300, 48, 1e-3];
    const draws = rng(5).fold("rows");
    const mixing = Array.from({ length: width }, () => Array.from({ length: width }, () => draws.normal()));
    const labels = Array.from({ length: count }, (_, index) => index % 2);
    const rows = labels.map((label) => {
      const hidden = Array.from({ length: width }, (_, k) => (draws.normal() + label / 4) * 1000 ** (-k / (width - 1)));
      return mixing.map((line) => line.reduce((sum, share, k) => sum + share * (hidden[k] as number), 0));
    });
    const [fitted] = (await fitLogisticRegression(features(rows, labels), {
      classes: 2,
      penalties: [penalty],
      tolerance,
    })) as [LogisticFit];
    // The slope of the mean cross-entropy and its penalty, in float64, against the first class's weights.
    const weight = (j: number, c: number) => fitted.weights[2 * j + c] as number;
    const slope = Array.from({ length: width }, (_, j) => (penalty / count) * weight(j, 0));
    rows.forEach((row, index) => {
      const lead = row.reduce(
        (sum, x, j) => sum + x * (weight(j, 0) - weight(j, 1)),
        weight(width, 0) - weight(width, 1),
      );
      const residual = 1 / (1 + Math.exp(-lead)) - (labels[index] === 0 ? 1 : 0);
      row.forEach((x, j) => {
        slope[j] = (slope[j] as number) + (residual * x) / count;
      });
    });
    expect(Math.max(...slope.map(Math.abs))).toBeLessThan(1e-5);
  });

  it("gives a small penalty the same minimum alone as after larger ones, with fewer rows than features", async () => {
    const wide = (count: number, seed: number) => {
      const draws = rng(seed).fold("wide");
      const labels = Array.from({ length: count }, (_, index) => index % 3);
      const row = (label: number) =>
        // Spreads from 1 to 0.001, as pixels at the border of an image and in its middle have.
        Array.from({ length: 120 }, (_, axis) => (draws.normal() + Number(axis % 3 === label) / 2) * 0.944 ** axis);
      return features(labels.map(row), labels);
    };
    const [train, test] = [wide(90, 2), wide(600, 3)];
    const [alone] = (await fitLogisticRegression(train, { classes: 3, penalties: [0.001], tolerance })) as [
      LogisticFit,
    ];
    const after = (await fitLogisticRegression(train, { classes: 3, penalties: [1, 0.1, 0.01, 0.001], tolerance })).at(
      -1,
    ) as LogisticFit;
    const [one, other] = [scoreClassifier(alone, test), scoreClassifier(after, test)];
    expect(Math.abs(alone.objective / after.objective - 1)).toBeLessThan(2e-6);
    expect(Math.abs(one.accuracy - other.accuracy)).toBeLessThanOrEqual(0.002);
    expect(Math.abs(one.loss / other.loss - 1)).toBeLessThan(0.005);
  });

  it("without an intercept leaves the bias at 0, by hand", async () => {
    // Points 1 and 2 of classes 0 and 1: W = [w, −w], and 2·x·w is how far the first class leads. The objective is
    // log(1 + e^(−2w)) + log(1 + e^(4w)) + penalty·w²; its slope −2/(1 + e^(2w)) + 4/(1 + e^(−4w)) + 2·penalty·w is 0 at
    // w = −1/8 for penalty = 4·(−2/(1 + e^(−1/4)) + 4/(1 + e^(1/2))).
    const penalty = 4 * (-2 / (1 + Math.exp(-0.25)) + 4 / (1 + Math.exp(0.5)));
    const data = features([[1], [2]], [0, 1]);
    const [fit] = await fitLogisticRegression(data, { classes: 2, penalties: [penalty], intercept: false, tolerance });
    [-0.125, 0.125, 0, 0].forEach((weight, index) => {
      expect(fit?.weights[index]).toBeCloseTo(weight, 3);
    });
  });

  it("leaves no tensor behind", async () => {
    const train = clusters({ count: 60, classes: 3, distance: 2, seed: 0 });
    const before = tf.memory().numTensors;
    const [fitted] = await fitLogisticRegression(train, { classes: 3, penalties: [1] });
    scoreClassifier(fitted as LinearClassifier, train);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("isPastBest", () => {
  const score = (accuracy: number, loss: number) => ({ accuracy, loss });

  it("is so after two candidates that are clearly worse in both", () => {
    // Two standard errors of 0.5 among 100 labels are 0.1.
    const best = score(0.5, 1);
    expect(isPastBest([best, score(0.39, 1.1), score(0.39, 1.1)], 100)).toBe(true);
    expect(isPastBest([best, score(0.39, 1.1), score(0.41, 1.1)], 100)).toBe(false);
    expect(isPastBest([best, score(0.39, 1.1), score(0.39, 0.9)], 100)).toBe(false);
    expect(isPastBest([score(0.39, 1.1), score(0.39, 1.1)], 100)).toBe(false);
  });

  it("leaves smaller penalties alone, and only those", async () => {
    const train = clusters({ count: 60, classes: 3, distance: 2, seed: 0 });
    const asked: number[] = [];
    const isEnough = ({ penalty }: LogisticFit) => asked.push(penalty) === 2;
    const fits = await fitLogisticRegression(train, { classes: 3, penalties: [0.1, 1, 10], isEnough });
    expect(asked).toEqual([10, 1]);
    expect(fits.map(({ penalty }) => penalty)).toEqual([1, 10]);
  });
});

describe("logisticObjective", () => {
  it.each([true, false])("once refined undoes its own curvature, with intercept %s", async (intercept) => {
    const { values, labels, count, width } = clusters({ count: 60, classes: 3, distance: 4, seed: 1 });
    const rows = float64Tensor(Float64Array.from(values), [count, width]);
    const variances = new Float64Array(width).fill(1);
    const objective = logisticObjective({ rows, rank: width, variances, isRotated: true }, labels, {
      classes: 3,
      intercept,
    });
    const draws = rng(3).fold("point");
    const normal = () => Float64Array.from({ length: objective.inputs * 3 }, () => draws.normal());
    const model = await objective.at(normal(), 1e-3);
    model.refine?.();
    const direction = normal();
    // One number added to a bias of every class changes no probability: no curvature tells it.
    if (intercept) {
      const biases = direction.subarray(width * 3);
      const mean = biases.reduce((sum, it) => sum + it, 0) / 3;
      biases.forEach((it, at) => {
        biases[at] = it - mean;
      });
    }
    const back = model.precondition(await model.multiply(direction));
    const shift = intercept ? (back.at(-1) as number) - (direction.at(-1) as number) : 0;
    back.forEach((value, at) => {
      expect(value - (at < width * 3 ? 0 : shift), `number ${at}`).toBeCloseTo(direction[at] as number, 5);
    });
    model.dispose();
    objective.dispose();
  });
});

describe("scoreClassifier", () => {
  it("counts the rows whose highest score is their label's", () => {
    // Scores are x for class 0 and 1 − x for class 1: class 0 wins above 1/2.
    const classifier = { weights: Float32Array.of(1, -1, 0, 1), width: 1, classes: 2 };
    const { accuracy, loss } = scoreClassifier(classifier, features([[0], [1], [0.4], [0.6]], [1, 0, 0, 0]));
    expect(accuracy).toBe(0.75);
    // Cross-entropies log(1 + e^−1) twice, log(1 + e^0.2) and log(1 + e^−0.2), as the right class leads by 1, 1, −0.2, 0.2.
    const expected = (2 * Math.log1p(Math.exp(-1)) + Math.log1p(Math.exp(0.2)) + Math.log1p(Math.exp(-0.2))) / 4;
    expect(loss).toBeCloseTo(expected, 5);
  });

  it("of wide features undoes its curvature at weight 0, where all classes are curved alike", async () => {
    // At weight 0 the Hessian is (I − 11ᵀ/3)/3 ⊗ XᵀX/n plus the penalty: f = 1/3 for directions that sum to 0 over classes.
    const { values, labels, count, width } = clusters({ count: 60, classes: 3, distance: 4, seed: 1 });
    const rows = float64Tensor(Float64Array.from(values), [count, width]);
    const axes = { rows, rank: width, variances: new Float64Array(width).fill(1), isRotated: false };
    const objective = logisticObjective(axes, labels, { classes: 3, intercept: true });
    const model = await objective.at(new Float64Array(objective.inputs * 3), 0.01);
    const draws = rng(4).fold("direction");
    const direction = Float64Array.from({ length: objective.inputs * 3 }, () => draws.normal());
    for (let row = 0; row < objective.inputs; row++) {
      const mean = direction.subarray(3 * row, 3 * row + 3).reduce((sum, it) => sum + it, 0) / 3;
      for (let label = 0; label < 3; label++)
        direction[3 * row + label] = (direction[3 * row + label] as number) - mean;
    }
    const back = model.precondition(await model.multiply(direction));
    back.forEach((value, at) => {
      expect(value, `number ${at}`).toBeCloseTo(direction[at] as number, 8);
    });
    model.dispose();
    objective.dispose();
  });
});

describe("fitLogisticRegression on more than 1024 features and rows", () => {
  it("reaches the minimum that the same rows have among fewer features", async () => {
    // 1040 features that are mixtures of 24, by orthonormal columns: the same inner products, so the same minimum.
    const [count, hidden, width] = [1030, 24, 1040];
    const draws = rng(7).fold("wide");
    const labels = Array.from({ length: count }, (_, index) => index % 4);
    const few = labels.map((label) =>
      Array.from({ length: hidden }, (_, k) => (draws.normal() + Number(k % 4 === label)) * 0.75 ** k),
    );
    const mixing = orthonormal(hidden, width, () => draws.normal());
    const many = few.map((row) =>
      Array.from({ length: width }, (_, j) =>
        row.reduce((sum, value, k) => sum + value * (mixing[k]?.[j] as number), 0),
      ),
    );
    const asked = { classes: 4, penalties: [1], tolerance };
    const narrow = await fitLogisticRegression(features(few, labels), asked);
    const wide = await fitLogisticRegression(features(many, labels), asked);
    wide.forEach(({ objective, converged }, at) => {
      expect(converged).toBe(true);
      // Features are float32: the mixtures are rounded in their seventh digit.
      expect(Math.abs(objective / (narrow[at] as LogisticFit).objective - 1)).toBeLessThan(1e-6);
    });
  });
});

/** Rows of length 1 at right angles to one another, by Gram and Schmidt. */
function orthonormal(count: number, width: number, draw: () => number): number[][] {
  const rows: number[][] = [];
  for (let at = 0; at < count; at++) {
    let row = Array.from({ length: width }, draw);
    for (const other of rows) {
      const along = row.reduce((sum, value, j) => sum + value * (other[j] as number), 0);
      row = row.map((value, j) => value - along * (other[j] as number));
    }
    const length = Math.sqrt(row.reduce((sum, value) => sum + value ** 2, 0));
    rows.push(row.map((value) => value / length));
  }
  return rows;
}
