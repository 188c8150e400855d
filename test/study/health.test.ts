import { describe, expect, it } from "vitest";
import type { EncoderHealth } from "../../lib/study/store/result";
import { healthProblems } from "../../lib/study/verdicts/health";

/** What trainings known good and known bad measured. */
const run = (
  rankMe: number,
  rankLimit: number,
  featureStd: number,
  teacherLag: number,
  targetByPosition: number,
): EncoderHealth => ({
  ...{ rankMe, rankLimit, featureStd, teacherLag, targetByPosition },
  ...{ alphaReq: 2.8, collapsed: null, teacherCosine: 0.9, targetByImage: 0.2 },
});

describe("healthProblems", () => {
  it.each([
    ["I-JEPA, cifar, seed 1", 6248, run(39.4, 96, 0.849, 0.021, 0.4)],
    ["I-JEPA, cifar-long, seed 1", 12_496, run(38.4, 96, 0.82, 0.0136, 0.36)],
    ["N-JEPA, cifar, seed 1", 6248, run(28.3, 96, 0.747, 0.0208, 0.25)],
    ["I-JEPA, demo, seed 100", 624, run(19.6, 64, 0.639, 0.0706, 0.408)],
    ["N-JEPA, demo, seed 100", 624, run(16.6, 64, 0.613, 0.0708, 0.318)],
    ["I-JEPA, demo, half the rate", 624, run(17.3, 64, 0.499, 0.0436, 0.392)],
    // 4,000 images at batch 16, width 32: 62.6 by 20-NN, untrained 42.0.
    ["I-JEPA, small and long", 13_000, run(12.8, 32, 0.68, 0.0082, 0.48)],
  ])("finds nothing in a training known good: %s", (_, steps, health) => {
    expect(healthProblems(health, steps)).toEqual([]);
  });

  it.each([
    ["a start that hides the image", run(2.87, 64, 0.038, 0.052, 0.544), [/2.9 effective directions of 64/, /0.038/]],
    ["a rate 30 times as high", run(3.17, 64, 0.021, 0.384, 0.195), [/3.2 effective directions of 64/, /0.021/]],
    ["a rate a thousandth as high", run(12.5, 64, 0.202, 0.004, 0.429), [/student differ by 0.004 of their weights/]],
    ["the teacher is the student", run(13.1, 64, 0.011, 0, 0.484), [/0.011 of their length/, /differ by 0 of/]],
    ["Table 6b at demo of commit 1319c04", run(3.8, 64, 0.3, 0.05, 0.96), [/96 % of the targets'/, /3.8 effective/]],
  ])("names what is wrong in a training known bad: %s", (_, health, expected) => {
    const found = healthProblems(health, 624);
    expect(found).toHaveLength(expected.length);
    expected.forEach((pattern) => {
      expect(found.some((problem) => pattern.test(problem))).toBe(true);
    });
  });

  it("asks nothing of the teacher of an encoder before training, which is the student", () => {
    const untrained = run(12.2, 64, 0.355, 0, 0.422);
    expect(healthProblems(untrained, 0)).toEqual([]);
    expect(healthProblems(untrained, 624)).toEqual([expect.stringMatching(/teacher and student differ by 0 of/)]);
  });
});
