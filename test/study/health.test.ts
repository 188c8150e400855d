import { describe, expect, it } from "vitest";
import { healthProblems } from "../../lib/study/present/health";
import type { EncoderHealth } from "../../lib/study/store/result";

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
    ["I-JEPA, cifar, seed 1", run(39.4, 96, 0.849, 0.021, 0.4)],
    ["N-JEPA, cifar, seed 1", run(28.3, 96, 0.747, 0.0208, 0.25)],
    ["I-JEPA, demo, seed 100", run(19.6, 64, 0.639, 0.0706, 0.408)],
    ["N-JEPA, demo, seed 100", run(16.6, 64, 0.613, 0.0708, 0.318)],
    ["I-JEPA, demo, half the rate", run(17.3, 64, 0.499, 0.0436, 0.392)],
  ])("finds nothing in a training known good: %s", (_, health) => {
    expect(healthProblems(health)).toEqual([]);
  });

  it.each([
    ["a start that hides the image", run(2.87, 64, 0.038, 0.052, 0.544), [/2.9 effective directions of 64/, /0.038/]],
    ["a rate 30 times as high", run(3.17, 64, 0.021, 0.384, 0.195), [/3.2 effective directions of 64/, /0.021/]],
    ["a rate a thousandth as high", run(12.5, 64, 0.202, 0.004, 0.429), [/student differ by 0.004 of their weights/]],
    ["the teacher is the student", run(13.1, 64, 0.011, 0, 0.484), [/0.011 of their length/, /differ by 0 of/]],
    ["Table 6b at demo of commit 1319c04", run(3.8, 64, 0.3, 0.05, 0.96), [/96 % of the targets'/, /3.8 effective/]],
  ])("names what is wrong in a training known bad: %s", (_, health, expected) => {
    const found = healthProblems(health);
    expect(found).toHaveLength(expected.length);
    expected.forEach((pattern) => {
      expect(found.some((problem) => pattern.test(problem))).toBe(true);
    });
  });

  it("asks nothing of the teacher of an encoder before training, which is the student", () => {
    const untrained = run(12.2, 64, 0.355, 0, 0.422);
    expect(healthProblems(untrained, { trained: false })).toEqual([]);
    expect(healthProblems(untrained)).toEqual([expect.stringMatching(/teacher and student differ by 0 of/)]);
  });
});
