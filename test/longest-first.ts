import path from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Files that take longest, longest first (measured alone): three run at a time, and one of these at the end would leave
 * one of two cores without work. A fresh checkout knows no times of its own.
 */
const longest = [
  "study/local-executor",
  "docs/notebooks",
  "report/browser",
  "train/train",
  "evaluate/probe",
  "train/precision",
  "docs/site",
  "attack/attack",
  "headless/published",
  "jupyter/bindings",
  "jupyter/snapshot",
  "engine/program-cache",
  "objective/options",
  "recipes",
  "train/train-run",
  "train/pjrt",
  "train/kill",
  "start-notebook",
  "docs/examples",
  "headless/reports-command",
  "objective/golden-compiled",
  "objective/golden-pjrt",
];

/** The longest files first, the others in vitest's own order. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = longest.indexOf(path.relative(__dirname, moduleId).replaceAll(path.sep, "/").replace(".test.ts", ""));
      return at < 0 ? longest.length : at;
    };
    return (await super.sort(files)).sort((one, other) => place(one) - place(other));
  }
}
