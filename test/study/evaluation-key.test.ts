import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EvaluateConfig, probeProtocols } from "../../lib/config";
import { evaluationVersion } from "../../lib/evaluate/version";
import { evaluationKey } from "../../lib/study/job";

const folder = join(__dirname, "../../reports/published");

/** The files of results, and what was evaluated. */
const published = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((path) => /results.[0-9a-f]+-[0-9a-f]+\.json$/.test(path))
  .map((path) => ({ path, evaluation: JSON.parse(readFileSync(join(folder, path), "utf8")).evaluation }));

describe("evaluationKey", () => {
  it("is that of every published result: none has to be computed again", () => {
    expect(published.length).toBeGreaterThan(200);
    for (const { path, evaluation } of published)
      expect(path.replace(/.*results./, "")).toMatch(new RegExp(`^${evaluationKey(evaluation)}-`));
  });

  it("changes with the version of its own protocols alone", () => {
    const newer = probeProtocols.filter((name) => evaluationVersion([name]) === 3);
    expect(newer).toEqual(["attentive", "finetune"]);
    expect(evaluationVersion(["logreg", "knn"])).toBe(2);
    expect(evaluationVersion(["logreg", "finetune"])).toBe(3);
    const key = (protocol: "logreg" | "finetune") => {
      const evaluation = EvaluateConfig.parse({ protocol });
      return [evaluationKey(evaluation), evaluationKey(evaluation, 2)];
    };
    expect(new Set(key("logreg")).size).toBe(1);
    expect(new Set(key("finetune")).size).toBe(2);
  });
});
