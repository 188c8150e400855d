import { type EvaluateInput, extractFeatures, probe } from "njepa";
import type { EvaluateBench } from "./evaluate-side";
import { type Row, takeTurns } from "./measure";

/** The low-shot study from cached features: 2 fractions × 5 subsets × 2 layers × 2 encoders. */
export async function studyRows({ data, state, folder }: EvaluateBench): Promise<Row[]> {
  const study = {
    fractions: [0.01, 0.1],
    subsets: 5,
    layers: ["last", "last4"],
    encoder: ["student", "teacher"],
  } satisfies EvaluateInput;
  await extractFeatures(state, data, "test", { layers: "last4", featuresFolder: folder });
  await extractFeatures(state, data, "train", { layers: "last4", featuresFolder: folder });
  const rows: Row[] = [];
  for (const protocol of ["logreg", "linear", "knn"] as const) {
    const { once } = await takeTurns(
      { once: async () => void (await probe(state, data, { ...study, protocol }, { featuresFolder: folder })) },
      { rounds: 1, warmups: 0 },
    );
    rows.push({
      what: `study: ${protocol}, 1 % and 10 %, 5 subsets, last and last 4, student and teacher`,
      ours: once,
      peer: null,
      peerName: "none (aim: under 60 s)",
      ratio: null,
      unit: "s",
    });
  }
  return rows;
}
