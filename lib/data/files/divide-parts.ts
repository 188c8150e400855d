import type { DataProblem } from "../problem";
import { type Part, partOfPath, partWords } from "./split-names";

/**
 * Training files and evaluation files, divided by the words in their paths; for evaluation, validation files if there
 * are any, otherwise test files. Where some are named as training files, those without such a word are neither: what
 * they are to be evaluated on may have a name that is not known here. Files that fit neither are reported.
 */
export function divideParts<File extends { path: string }>(
  files: readonly File[],
  problems: DataProblem[],
): Record<"train" | "test", File[]> {
  const parts: Record<Part, File[]> = { train: [], validation: [], test: [] };
  const said = files.map(({ path }) => partOfPath(path));
  const hasTrain = said.includes("train");
  for (const [at, file] of files.entries()) {
    const part = said[at] ?? null;
    if (part === "both") {
      const message = "its name says training and evaluation: expected one of them, so it is neither";
      problems.push({ file: file.path, kind: "broken", message });
    } else if (part !== null || !hasTrain) parts[part ?? "train"].push(file);
    else {
      const message = `beside files named as training ones, and no part by its name: expected ${partWords}`;
      problems.push({ file: file.path, kind: "ignored", message });
    }
  }
  if (parts.validation.length === 0) return { train: parts.train, test: parts.test };
  for (const { path } of parts.test) {
    const message = "images to test on beside those to validate on, which are used";
    problems.push({ file: path, kind: "ignored", message });
  }
  return { train: parts.train, test: parts.validation };
}
