import { describe, expect, it } from "vitest";
import type { StudyInput } from "../../lib/config";
import { rng } from "../../lib/random";
import { conclude, concludeAll, decidableText, openStudy, studies } from "../../lib/study";
import { remembered, simulated } from "./simulated";
import { smallStudy } from "./small-study";

const LEARNED = 20;

/** The small study with these percents by seed; the untrained encoder has 30 unless told. */
function measured(iJepa: number[], nJepa: number[], { preset = "demo" as const, untrained = 30, paper = 0 } = {}) {
  const seeds = iJepa.map((_, seed) => seed);
  const input: StudyInput = smallStudy();
  for (const { orderings } of input.claims ?? []) for (const one of orderings) one.paper = paper;
  const study = openStudy(input, { preset, seeds });
  return simulated(study, (_, source, { row, seed }) => {
    if (source === "untrained") return untrained + 0.1 * seed;
    return (row.name === "I-JEPA" ? iJepa : nJepa)[seed] as number;
  });
}

describe("conclude", () => {
  it("sees an ordering whose corrected p is at most .05, and says all that it stands on, by hand", () => {
    // Differences 2, 3 and 4 points: mean 3, standard error 1/√3, t = 5.196 with 2 degrees of freedom, p = .035
    const { claims, sentence } = conclude(measured([50, 51, 52], [52, 54, 56], { paper: 1.5 }));
    expect(claims[0]?.verdict).toBe("seen");
    expect(sentence).toContain(
      "The paper's claim that noise helps is seen with preset demo. N-JEPA − I-JEPA: +3.0 points, 95 % interval +0.5 to +5.5, " +
        "3 seeds, p .04, corrected over 1 comparisons .04, by signs .25 (3 seeds reach .25, and 6 could decide)",
    );
    expect(sentence).toContain("paper +1.5, inside the interval");
    expect(sentence).toContain("Seeds were changed: 0, 1, 2 in place of the stated 0, 1, 2, 3");
  });

  it("says that it is contradicted when the difference is as sure below zero, and else that it cannot be told", () => {
    expect(conclude(measured([52, 54, 56], [50, 51, 52])).claims[0]?.verdict).toBe("contradicted");
    expect(conclude(measured([50, 52, 50], [52, 50, 52])).claims[0]?.verdict).toBe("cannot be told");
    expect(conclude(measured([50], [90])).claims[0]?.why).toContain("is not measured yet");
  });

  it("judges nothing where I-JEPA is not above its untrained encoder, nor at preset smoke", () => {
    const idle = conclude(measured([50, 51, 52], [52, 54, 56], { untrained: 51 }));
    expect(idle.claims[0]).toMatchObject({ verdict: "not judged" });
    expect(idle.sentence).toContain("is not judged with preset demo: I-JEPA is not above its untrained encoder");
    const smoke = conclude(measured([50, 51, 52], [52, 54, 56], { preset: "smoke" as never }));
    expect(smoke.claims[0]?.why).toContain("eight steps");
  });

  it("takes a trend over a sweep as one comparison: points for each tenfold lower weight, by hand", () => {
    const study = openStudy("table-2", { preset: "demo" });
    // 70 − 2·log10 λ: two points for each tenfold, and half a point more for each seed.
    const results = simulated(study, (_, source, { row, seed }) => {
      const weight = Number(/λ1 = ([\d.]+)/.exec(row.name)?.[1] ?? 1);
      return source === "untrained" ? 30 + seed : 70 - (2 + 0.5 * seed) * Math.log10(weight);
    });
    const trend = conclude(results).claims.find(({ claim }) => claim.says.startsWith("accuracy rises"));
    // Seeds 0 to 3: 2, 2.5, 3 and 3.5.
    expect(trend?.comparisons[0]?.effect?.mean).toBeCloseTo(2.75, 9);
  });

  it("counts a comparison that several tables share once, and corrects over those of all tables", () => {
    const all = Object.keys(studies).map((name) => simulated(openStudy(name, { preset: "demo" }), () => 1));
    const [table5a, ...others] = all;
    const { family } = conclude({ ...(table5a as (typeof all)[0]), others });
    const orderings = Object.values(studies).flatMap(({ claims = [] }) => claims.flatMap((claim) => claim.orderings));
    // Tables 3, 4 and the second claim of Table 2 are the three of Table 5a.
    expect(orderings.length).toBe(23);
    expect(family.comparisons).toBe(20);
  });
});

describe("decidableText", () => {
  it("tells before a study runs what its seeds could decide, by hand", () => {
    const told = decidableText(openStudy("table-4", { preset: "demo" }));
    // .05/20 = .0025; 2/2⁴ = .125; 2/2ⁿ ≤ .0025 from n = 10 on.
    expect(told).toContain(
      "4 seeds, 20 comparisons in its family. Holm's first step asks p .0025: signs reach .13 (10 seeds could decide)",
    );
  });
});

describe("all tables together", () => {
  const opened = Object.keys(studies).map((name) => openStudy(name, { preset: "demo" }));

  /** Verdicts of every claim of every table, when the true gain over I-JEPA of what is trained otherwise is `gain` points. */
  function verdicts(name: string, gain: number): string[] {
    const next = rng(5).fold(name);
    const draw = remembered((_, source, { row, seed }) => {
      const base = source === "trained" ? 50 + LEARNED : 50;
      const method = (row.settings.objective as { method?: string } | undefined)?.method;
      return base + seed + 0.5 * next.normal() + (method === "n-jepa" ? gain : 0);
    });
    return concludeAll(opened.map((study) => simulated(study, draw))).flatMap(({ claims }) =>
      claims.map(({ verdict }) => verdict),
    );
  }

  it("give any verdict in at most 5 % of families where nothing is true", () => {
    const families = Array.from({ length: 100 }, (_, at) => verdicts(`null ${at}`, 0));
    const wrong = families.filter((all) => all.some((verdict) => verdict === "seen" || verdict === "contradicted"));
    // 5 of 100; more than 10 would come by chance in 1 % of such draws.
    expect(wrong.length).toBeLessThanOrEqual(10);
    expect(families.flat()).not.toContain("not judged");
  });

  it("see an effect that is far above what can be detected", () => {
    expect(verdicts("effect", 30).filter((verdict) => verdict === "seen").length).toBeGreaterThan(3);
  });
});
