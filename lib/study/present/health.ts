import type { EncoderHealth } from "../store/result";
import type { StudyResults } from "../store/results";

/**
 * Bounds of health, each between trainings known good and known bad; docs/method.md#verdicts names all of them with
 * what they measured.
 *
 * Good: I-JEPA, N-JEPA and I-JEPA at half the rate of the study `health-runs` at preset demo, the published trainings of
 * preset cifar. Bad: the spoiled ones of the same study, and Table 6b at preset demo of commit 1319c04.
 */
const BOUNDS = {
  /** Of the directions there could be. Good: 0.26 to 0.41. Bad: 0.04 to 0.10. */
  rankShare: 1 / 8,
  /** Good: 0.24 to 0.41. Bad: 0.95 to 0.97. */
  targetByPosition: 0.85,
  /** Good: 0.50 to 0.85. Bad: 0.01 to 0.04. */
  featureStd: 0.1,
  /** Good: 0.020 to 0.071. Bad: 0.004 where the rate was a thousandth as high, 0 where the teacher is the student. */
  teacherLag: 0.01,
} as const;

/**
 * Reasons why an encoder's features cannot support a verdict; empty for healthy ones.
 *
 * @param trained  false: the encoder before training, whose teacher is the student
 */
export function healthProblems(health: EncoderHealth, { trained = true } = {}): string[] {
  const { rankMe, rankLimit, targetByPosition, featureStd, teacherLag, collapsed } = health;
  const problems = collapsed === null ? [] : [collapsed];
  if (targetByPosition > BOUNDS.targetByPosition)
    problems.push(
      `${(100 * targetByPosition).toFixed(0)} % of the targets' variance is their position's, expected ${100 * BOUNDS.targetByPosition} % or less`,
    );
  if (rankMe < rankLimit * BOUNDS.rankShare)
    problems.push(
      `features have ${rankMe.toFixed(1)} effective directions of ${rankLimit}, expected ${rankLimit * BOUNDS.rankShare} or more`,
    );
  if (featureStd < BOUNDS.featureStd)
    problems.push(
      `features of images differ by ${featureStd.toFixed(3)} of their length, expected ${BOUNDS.featureStd} or more`,
    );
  if (trained && teacherLag < BOUNDS.teacherLag)
    problems.push(
      `teacher and student differ by ${teacherLag.toPrecision(1)} of their weights' length, expected ${BOUNDS.teacherLag} or more`,
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
