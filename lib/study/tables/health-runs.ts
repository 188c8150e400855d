import type { StudyInput } from "../../config";
import { iJepa, lowWeights, nJepa } from "./rows";

/** Trainings that are good or bad by construction, on which the health alarm's thresholds are tuned. */
export const healthRuns: StudyInput = {
  name: "health-runs",
  title: "Health: trainings known good and known bad",
  asks: "Do the measures of health, which see no label, tell trainings that learned from trainings that were spoiled on purpose?",
  settings: { data: { trainLimit: 10_000 }, model: { initSpread: "fan-in" } },
  rows: [
    { name: "untrained encoder", source: "untrained" },
    { name: "I-JEPA", settings: iJepa },
    { name: "N-JEPA", settings: nJepa(lowWeights, "edm") },
    { name: "good: half the rate", settings: { ...iJepa, optimizer: { learningRate: 5e-4 } } },
    { name: "bad: start that hides the image", settings: { ...iJepa, model: { initSpread: "constant" } } },
    { name: "bad: a rate 30 times as high", settings: { ...iJepa, optimizer: { learningRate: 0.03 } } },
    { name: "bad: a rate a thousandth as high", settings: { ...iJepa, optimizer: { learningRate: 1e-6 } } },
    {
      name: "bad: the teacher is the student",
      settings: {
        objective: { method: "i-jepa", targetNorm: "none" },
        optimizer: { emaMomentum: 0, finalEmaMomentum: 0 },
      },
    },
  ],
  columns: [
    { name: "10 %, logistic regression", fraction: 0.1, settings: { protocol: "logreg" } },
    { name: "10 %, 20-NN", fraction: 0.1, settings: { protocol: "knn" } },
  ],
  seeds: { demo: [100, 101] },
  notes:
    "Rank correlations over these trainings say how alike a measure and a probe order them: 1 is alike. Good is what is above its untrained encoder by the probes; the spoiled ones are bad by what was done to them. Nothing is chosen by these " +
    "measures, no checkpoint and no setting: they only withhold a verdict.",
  answer: ["await njepa.show(njepa.studyTables.healthCorrelations(results));"],
};
