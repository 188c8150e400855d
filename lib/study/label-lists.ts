import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { ConfigError, StudyError } from "../errors";
import type { StudyEvaluation } from "./job";

/**
 * The evaluation with the SHA-256 of its label lists, by which its results are found: not by where the lists lie, and
 * not when their images are others.
 *
 * @throws {ConfigError} when a list cannot be read, before anything is trained for it
 */
export function withListHashes(evaluation: StudyEvaluation): StudyEvaluation {
  const { labelLists } = evaluation;
  return labelLists === undefined ? evaluation : { ...evaluation, listHashes: labelLists.map(hashOf) };
}

/** Refuses label lists that are no longer those the study was opened with. @throws {StudyError} naming one */
export function checkListHashes({ labelLists = [], listHashes = [] }: StudyEvaluation): void {
  const changed = labelLists.find((list, at) => listHashes[at] !== undefined && hashOf(list) !== listHashes[at]);
  if (changed === undefined) return;
  throw new StudyError(`label list ${changed} was changed since the study was opened; run it again with the new list.`);
}

function hashOf(list: string): string {
  try {
    return createHash("sha256").update(readFileSync(list)).digest("hex");
  } catch (error) {
    const why = (error as Error).message;
    throw new ConfigError(`label list ${list}: expected a file that names a share's images, got ${why}`, {
      cause: error,
    });
  }
}
