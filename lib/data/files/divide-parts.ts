import type { DataProblem } from "../problem";
import { type Part, partOfPath } from "./split-names";

/**
 * Training files and evaluation files, divided by the words in their paths; for evaluation, validation files if there
 * are any, otherwise test files. Files that fit neither are reported.
 */
export function divideParts<File extends { path: string }>(
  files: readonly File[],
  problems: DataProblem[],
): Record<"train" | "test", File[]> {
  const parts: Record<Part, File[]> = { train: [], validation: [], test: [] };
  for (const file of files) {
    const part = partOfPath(file.path);
    if (part !== "both") parts[part ?? "train"].push(file);
    else {
      const message = "its name says training and evaluation: expected one of them, so it is neither";
      problems.push({ file: file.path, kind: "broken", message });
    }
  }
  if (parts.validation.length === 0) return { train: parts.train, test: parts.test };
  for (const { path } of parts.test) {
    const message = "images to test on beside those to validate on, which are used";
    problems.push({ file: path, kind: "ignored", message });
  }
  return { train: parts.train, test: parts.validation };
}
