import type { EncoderHealth } from "../store/result";
import type { StudyResults } from "../store/results";

/**
 * Reasons why an encoder's features cannot support a verdict; empty for healthy ones.
 *
 * Known bad: the 13 trainings of Table 6b at preset demo of commit 1319c04 (95 to 97 % of the targets' variance is
 * position, RankMe 3.8 to 6.6 of 64). Known good: preset small's settings on CIFAR-10 for ten epochs (RankMe 36 and 37
 * of 96, features worth 6 to 12 points). The bounds lie between.
 */
export function healthProblems({ rankMe, rankLimit, targetByPosition, collapsed }: EncoderHealth): string[] {
  const problems = collapsed === null ? [] : [collapsed];
  if (targetByPosition > 0.85)
    problems.push(
      `${(100 * targetByPosition).toFixed(0)} % of the targets' variance is their position's, expected 85 % or less`,
    );
  if (rankMe < rankLimit / 8)
    problems.push(
      `features have ${rankMe.toFixed(1)} effective directions of ${rankLimit}, expected ${rankLimit / 8} or more`,
    );
  return problems;
}

/** Health of a study's trainings in one line, as ranges over all of them; null where none was measured. */
export function healthText({ cells, study }: StudyResults): string | null {
  const trained = new Set(study.config.rows.filter(({ source }) => source === "trained").map(({ name }) => name));
  const all = cells
    .filter(({ row }) => trained.has(row))
    .flatMap(({ seeds }) => seeds.flatMap(({ health }) => health ?? []));
  if (all.length === 0) return null;
  const range = (values: number[], digits: number) => {
    const [least, most] = [Math.min(...values).toFixed(digits), Math.max(...values).toFixed(digits)];
    return least === most ? least : `${least} to ${most}`;
  };
  const ill = all.filter((health) => healthProblems(health).length > 0).length;
  const word = ill === 0 ? "healthy" : `${ill} of ${all.length} ill`;
  return (
    `${word}: RankMe ${range(
      all.map(({ rankMe }) => rankMe),
      0,
    )} of ${all[0]?.rankLimit}, ` +
    `${range(
      all.map(({ targetByPosition }) => 100 * targetByPosition),
      0,
    )}\u00a0% of the targets' variance is position, ` +
    `${range(
      all.map(({ targetByImage }) => 100 * targetByImage),
      0,
    )}\u00a0% image`
  );
}
