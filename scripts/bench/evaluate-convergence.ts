import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Features, rng } from "njepa";
import { fitLogisticRegression, scoreClassifier } from "njepa/evaluate";
import { type EvaluateBench, withLabels } from "./evaluate-side";
import { type Row, row } from "./measure";

/** Features drawn around a mean for each class, and the penalties to fit them with. */
interface Case {
  name: string;
  classes: number;
  perClass: number;
  width: number;
  /** Distance of the classes' means from one another, in standard deviations of a class along one feature. */
  apart: number;
  /** How many times smaller the last feature's spread is than the first's. */
  condition: number;
  penalties: readonly number[];
}

/** Sizes at which scikit-learn reaches the minimum within a minute of one core. */
const CASES: readonly Case[] = [
  { name: "few labels", classes: 10, perClass: 100, width: 64, apart: 0.5, condition: 1, penalties: [1e4, 1, 1e-3] },
  { name: "many labels", classes: 10, perClass: 2000, width: 64, apart: 0.5, condition: 1, penalties: [1, 1e-6] },
  { name: "near-separable", classes: 10, perClass: 200, width: 64, apart: 1, condition: 1, penalties: [1, 1e-3, 1e-6] },
  { name: "ill-conditioned", classes: 10, perClass: 200, width: 64, apart: 0.5, condition: 1e4, penalties: [1, 1e-3] },
  { name: "wide", classes: 10, perClass: 120, width: 1100, apart: 0.1, condition: 1e3, penalties: [1e3, 1] },
  { name: "few labels", classes: 100, perClass: 13, width: 192, apart: 0.5, condition: 1, penalties: [1e4, 1, 1e-2] },
  { name: "many labels", classes: 100, perClass: 100, width: 64, apart: 0.5, condition: 1, penalties: [1] },
  { name: "few labels", classes: 1000, perClass: 4, width: 64, apart: 0.5, condition: 1, penalties: [1e4, 1] },
];

/** Images per class to measure accuracy on. */
const TESTED = 20;

/** Logistic regression: seconds to the minimum, how far above the lower objective each side ends, and accuracies. */
export async function convergenceRows({ folder, peer, absent }: EvaluateBench): Promise<Row[]> {
  const rows: Row[] = [];
  const peerName = `scikit-learn${absent}`;
  for (const { penalties, ...drawn } of CASES) {
    const { train, test } = classFeatures(drawn);
    const paths = { train: join(folder, "convergence-train.f32"), test: join(folder, "convergence-test.f32") };
    await Promise.all([writeFile(paths.train, withLabels(train)), writeFile(paths.test, withLabels(test))]);
    for (const penalty of penalties) {
      const about = `convergence: ${drawn.name}, ${drawn.classes} classes, ${train.count} × ${train.width}, penalty ${penalty}`;
      console.error(about);
      const began = performance.now();
      const [fit] = await fitLogisticRegression(train, { classes: drawn.classes, penalties: [penalty] });
      const seconds = (performance.now() - began) / 1000;
      if (!fit) continue;
      const asked = {
        what: "logregMinimum",
        train: [paths.train, train.count],
        test: [paths.test, test.count],
        width: train.width,
        penalty,
      };
      const answer = peer
        ? await peer.ask<{ seconds: number; objective: number; accuracy: number; iterations: number }>(asked)
        : null;
      const least = Math.min(fit.objective, answer?.objective ?? fit.objective);
      const figures = { peerName, ratio: null };
      rows.push(
        row({
          what: `${about}: time`,
          ours: seconds,
          peer: answer?.seconds ?? null,
          peerName: `${peerName}${answer ? `, ${answer.iterations} iterations` : ""}`,
          unit: "s",
          better: "less",
        }),
        {
          ...figures,
          what: `${about}: objective above the lower one${fit.converged ? "" : " (ours not converged)"}`,
          ours: fit.objective / least - 1,
          peer: answer && answer.objective / least - 1,
          unit: "of it",
        },
        {
          ...figures,
          what: `${about}: accuracy on ${test.count}`,
          ours: 100 * scoreClassifier(fit, test).accuracy,
          peer: answer && 100 * answer.accuracy,
          unit: "%",
        },
      );
    }
  }
  return rows;
}

/** Normally distributed features around a normally distributed mean for each class. */
function classFeatures(drawn: Omit<Case, "penalties" | "name">): { train: Features; test: Features } {
  const { classes, perClass, width, apart, condition } = drawn;
  const random = rng(classes).fold(width).fold(perClass);
  const means = Float32Array.from({ length: classes * width }, () => apart * random.normal());
  const spreads = Float32Array.from({ length: width }, (_, at) => condition ** (-at / (width - 1)));
  const part = (of: number): Features => {
    const count = classes * of;
    const labels = Int32Array.from({ length: count }, (_, at) => at % classes);
    const values = Float32Array.from({ length: count * width }, (_, at) => {
      const column = at % width;
      const label = labels[Math.floor(at / width)] as number;
      return (random.normal() + (means[label * width + column] as number)) * (spreads[column] as number);
    });
    return { values, labels, count, width, dataset: "drawn" };
  };
  return { train: part(perClass), test: part(Math.min(perClass, TESTED)) };
}
