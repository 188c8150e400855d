/**
 * The purpose of a part of a data set. Of validation and test, one is evaluated on; the other is reported and left
 * alone.
 */
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

/** The words that denote a part, for messages. */
export const partWords = Object.keys(words).join(", ");

/**
 * The part that a folder's whole name denotes, in any case: `Val`, `train2017`, `training_set`; null: it may be a
 * class.
 */
export function partOfFolder(name: string): Part | null {
  const word = /^([a-z]+?)(?:[-_ ]?(?:set|images|data|split))?[-_ ]?\d*$/i.exec(name)?.[1];
  return words[word?.toLowerCase() ?? ""] ?? null;
}

/**
 * The part that a file's path denotes: by the words of its own name, otherwise of its folder, and so on upward.
 * Null: no such word; "both": words of several parts at the same level.
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
