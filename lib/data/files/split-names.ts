/** What a part of a data set is for. Of validation and test images one is evaluated on; the other is told and left alone. */
export type Part = "train" | "validation" | "test";

const words: Record<string, Part> = {
  train: "train",
  training: "train",
  val: "validation",
  valid: "validation",
  validation: "validation",
  dev: "validation",
  eval: "validation",
  evaluation: "validation",
  test: "test",
  testing: "test",
};

/** The words that name a part, for messages. */
export const partWords = Object.keys(words).join(", ");

/** The part that a folder is by its whole name, in any case: `Val`, `train2017`, `training_set`; null: it may be a class. */
export function partOfFolder(name: string): Part | null {
  const word = /^([a-z]+?)(?:[-_ ]?(?:set|images|data|split))?[-_ ]?\d*$/i.exec(name)?.[1];
  return words[word?.toLowerCase() ?? ""] ?? null;
}

/**
 * The part that a file's path speaks of: the words of its own name, or else of the folder that it lies in, and so on.
 * Null: no word; "both": words of several parts side by side.
 */
export function partOfPath(path: string): Part | null | "both" {
  for (const name of path.split("/").reverse()) {
    const found = new Set(
      name
        .toLowerCase()
        .split(/[^a-z]+/)
        .flatMap((word) => (Object.hasOwn(words, word) ? [words[word] as Part] : [])),
    );
    if (found.size > 1) return "both";
    if (found.size === 1) return [...found][0] as Part;
  }
  return null;
}
