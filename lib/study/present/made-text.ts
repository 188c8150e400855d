import { formatSeconds } from "../../system";
import type { StudyResults } from "../store/results";

/** Where, from what and at what cost a study's results were made, and the command that makes them again; null without results. */
export function madeText({ made, study }: StudyResults): string | null {
  if (made.length === 0) return null;
  const unique = (values: readonly (string | null)[]) => [...new Set(values.filter((one) => one !== null))].join(", ");
  const commits = unique(
    made.map(({ commit, clean }) => commit && `${commit.slice(0, 12)}${clean ? "" : " (changed)"}`),
  );
  // One training has a result for each evaluation: its time is counted once.
  const trainings = new Map(made.map((one) => [`${one.host} ${one.trainSeconds} ${one.finalLoss}`, one.trainSeconds]));
  const seconds = [...trainings.values()].reduce((sum, one) => sum + one, 0);
  return (
    `Measured at commit ${commits || "unknown"}, on ${unique(made.map(({ device }) => device))} of ${unique(made.map(({ host }) => host))}, ` +
    `TensorFlow ${unique(made.map(({ tensorflow }) => tensorflow))}; ${formatSeconds(seconds)} of training; ` +
    `recompute with npm run study -- ${study.config.name} --preset ${study.preset}, or a cell of it with study -- verify`
  );
}
