import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Features, rng } from "njepa";
import { fitLogisticRegression } from "njepa/evaluate";

import type { EvaluateBench } from "./evaluate-side";
import { type Row, row } from "./measure";

/** Many and few classes, labels and directions; for 1000 classes, penalties that scikit-learn minimizes in minutes. */
const CASES = [
  { classes: 10, perClass: 100, width: 64, penalties: [1e4, 1, 1e-3, 1e-6] },
  { classes: 100, perClass: 13, width: 192, penalties: [1e4, 1, 1e-3] },
  { classes: 1000, perClass: 4, width: 64, penalties: [1e4, 1] },
] as const;

/** Logistic regression: seconds to the minimum, and each final objective's relative excess over the lower one. */
export async function convergenceRows({ folder, peer, absent }: EvaluateBench): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { classes, perClass, width, penalties } of CASES) {
    const features = classFeatures(classes, perClass, width);
    const path = join(folder, `classes-${classes}.f32`);
    await writeFile(path, table(features));
    for (const penalty of penalties) {
      const began = performance.now();
      const [fit] = await fitLogisticRegression(features, { classes, penalties: [penalty] });
      const seconds = (performance.now() - began) / 1000;
      const ours = fit?.objective ?? Number.NaN;
      const asked = { what: "logregMinimum", train: [path, features.count], width, penalty };
      const answer = peer ? await peer.ask<{ seconds: number; objective: number }>(asked) : null;
      const least = Math.min(ours, answer?.objective ?? ours);
      const about = `convergence: ${classes} classes, ${features.count} × ${width}, penalty ${penalty}`;
      const peerName = `scikit-learn${absent}`;
      rows.push(
        row({
          what: `${about}, time`,
          ours: seconds,
          peer: answer?.seconds ?? null,
          peerName,
          unit: "s",
          better: "less",
        }),
        {
          what: `${about}, objective above the lower one${fit?.converged ? "" : " (ours not converged)"}`,
          ours: ours / least - 1,
          peer: answer && answer.objective / least - 1,
          peerName,
          unit: "of it",
          ratio: null,
        },
      );
    }
  }
  return rows;
}

/** Normally distributed features around a normally distributed mean for each class, with equal spread. */
function classFeatures(classes: number, perClass: number, width: number): Features {
  const next = rng(classes);
  const normals = (size: number) => Float32Array.from({ length: size }, () => next.normal());
  const means = normals(classes * width);
  const count = classes * perClass;
  const labels = Int32Array.from({ length: count }, (_, at) => at % classes);
  const values = normals(count * width).map((value, at) => {
    const label = labels[Math.floor(at / width)] as number;
    return value + 0.5 * (means[label * width + (at % width)] as number);
  });
  return { values, labels, count, width, dataset: "drawn" };
}

/** Rows of float32 with the label as an extra column. */
function table({ values, labels, count, width }: Features): Uint8Array {
  const all = new Float32Array(count * (width + 1));
  for (let at = 0; at < count; at++) {
    all.set(values.subarray(at * width, (at + 1) * width), at * (width + 1));
    all[at * (width + 1) + width] = labels[at] as number;
  }
  return new Uint8Array(all.buffer);
}
