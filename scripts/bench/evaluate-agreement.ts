import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type EvaluateInput, extractFeatures, labelSubset, probeFeatures } from "njepa";
import { type EvaluateBench, from, take, takeEvery, withLabels } from "./evaluate-side";
import { type Row, row, takeTurns } from "./measure";

/** The same features under scikit-learn: seconds, and accuracies in points. */
export async function agreementRows({ options, data, state, folder, peer, absent }: EvaluateBench): Promise<Row[]> {
  const test = takeEvery(await extractFeatures(state, data, "test", { layers: "last4", featuresFolder: folder }), 2);
  const all = await extractFeatures(state, data, "train", { layers: "last4", featuresFolder: folder });
  const train = take(all, labelSubset(all.labels, { fraction: 0.1, seed: 0 }));
  const paths = { train: join(folder, "train.f32"), test: join(folder, "test.f32") };
  await Promise.all([writeFile(paths.train, withLabels(train)), writeFile(paths.test, withLabels(test))]);
  const asked = { train: [paths.train, train.count], test: [paths.test, test.count], width: train.width };
  const protocols = {
    logreg: {
      ours: { protocol: "logreg", penalties: [10] } satisfies EvaluateInput,
      peer: { what: "logreg", penalty: 10 },
    },
    knn: { ours: { protocol: "knn" } satisfies EvaluateInput, peer: { what: "knn", k: 20, temperature: 0.07 } },
  };
  const rows: Row[] = [];
  for (const [name, { ours, peer: question }] of Object.entries(protocols)) {
    const accuracies: { ours?: number; peer?: number } = {};
    const seconds = await takeTurns<string>(
      {
        ours: async () => {
          const [result] = await probeFeatures({ train, test }, { ...ours, fractions: [1] }, from);
          accuracies.ours = 100 * (result?.mean ?? Number.NaN);
        },
        ...(peer && {
          peer: async () => {
            const answer = await peer.ask<{ seconds: number; accuracy: number }>({ ...question, ...asked });
            accuracies.peer = 100 * answer.accuracy;
            return answer.seconds;
          },
        }),
      },
      { rounds: Math.min(3, options.rounds) },
    );
    const about = `${name}: ${train.count} × ${train.width}`;
    const peerName = `scikit-learn${absent}`;
    rows.push(
      row({
        what: `agreement: ${about}, time`,
        ours: seconds.ours ?? null,
        peer: seconds.peer ?? null,
        peerName,
        unit: "s",
        better: "less",
      }),
      {
        what: `agreement: ${about}, accuracy on ${test.count}`,
        ours: accuracies.ours ?? null,
        peer: accuracies.peer ?? null,
        peerName,
        unit: "%",
        ratio: null,
      },
    );
  }
  return rows;
}
