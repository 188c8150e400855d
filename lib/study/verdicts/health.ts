import type { EncoderHealth } from "../store/result";
import { type StudyResults, trainingsOf } from "../store/results";

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
  /**
   * Times the square root of the steps, which the lag falls with in trainings that learn on: 0.070 after 624, 0.021 after
   * 6,248, 0.014 after 12,496. Good: 0.7 to 2.1. Bad: 0.10 where the rate was a thousandth as high, 0 where the teacher
   * is the student.
   */
  teacherLagBySteps: 0.4,
} as const;

/**
 * Reasons why an encoder's features cannot support a verdict; empty for healthy ones.
 *
 * @param steps  of the training; 0: the encoder before it, whose teacher is the student
 */
export function healthProblems(health: EncoderHealth, steps: number): string[] {
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
  const leastLag = BOUNDS.teacherLagBySteps / Math.sqrt(steps);
  if (steps > 0 && teacherLag < leastLag)
    problems.push(
      `teacher and student differ by ${teacherLag.toPrecision(1)} of their weights' length, expected ${leastLag.toPrecision(1)} or more after ${steps} steps`,
    );
  return problems;
}

/** Health of a study's trainings in one line, as ranges over all of them; null where none was measured. */
export function healthText(results: StudyResults): string | null {
  const measured = trainingsOf(results).flatMap(({ health, made }) => (health ? [{ health, steps: made.steps }] : []));
  const all = measured.map(({ health }) => health);
  if (all.length === 0) return null;
  const range = (values: number[], digits: number) => {
    const [least, most] = [Math.min(...values).toFixed(digits), Math.max(...values).toFixed(digits)];
    return least === most ? least : `${least} to ${most}`;
  };
  const ill = measured.filter(({ health, steps }) => healthProblems(health, steps).length > 0).length;
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
