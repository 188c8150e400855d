import type { StudyResults } from "../store/results";
import { missingText } from "./cells";
import { pairedEffect } from "./effects";
import { healthProblems } from "./health";
import { intervalText } from "./sentences";

/**
 * Reasons why claims about these columns cannot be judged: failures of the positive control.
 *
 * I-JEPA is known to learn. Where it does not beat its own encoder before training, by a 95 % interval above zero, or
 * its features are unhealthy, or a stated seed of it failed or is missing, training or probe did not work, as far as is
 * known, and a difference between two such trainings says nothing about the methods.
 */
export function controlProblems({ control }: StudyResults, columns: readonly string[]): string[] {
  return columns.flatMap((column) => {
    const found = control.find((one) => one.column === column);
    if (!found) return [`the control (I-JEPA above its untrained encoder) was not part of the study (${column})`];
    const effect = pairedEffect(found.above, found.below);
    const lacking = [...new Set([found.above, found.below].flatMap((cell) => missingText(cell) ?? []))];
    const notYet = `the control (I-JEPA above its untrained encoder) is not measured yet (${column}: ${lacking.join("; ")})`;
    if (!effect && lacking.length > 0) return [notYet];
    if (!effect) return [`one seed, or seeds that differ in nothing, give the control no interval (${column})`];
    const ill = found.above.seeds.flatMap(({ seed, health, made }) =>
      health === null
        ? [`the health of I-JEPA's features was not measured (seed ${seed})`]
        : healthProblems(health, made.steps).map(
            (problem) => `I-JEPA's features are not healthy (seed ${seed}): ${problem}`,
          ),
    );
    if (effect.interval[0] > 0) return lacking.length > 0 ? [...ill, notYet] : ill;
    return [
      `I-JEPA is not above its untrained encoder (${column}: ${intervalText(effect)}), so that nothing was learned here`,
    ];
  });
}
