/**
 * The purpose of a part of a data set. Of validation and test, one is evaluated on; the other is reported and left
 * alone.
 */
export type Part = "train" | "validation" | "test";

const words: Record<string, Part> = {
  train: "train",
  training: "train",
  trn: "train",
  trainval: "train",
  val: "validation",
  vali: "validation",
  valid: "validation",
  validate: "validation",
  validation: "validation",
  minival: "validation",
  dev: "validation",
  development: "validation",
  eval: "validation",
  evaluate: "validation",
  evaluation: "validation",
  test: "test",
  tests: "test",
  testing: "test",
  testdev: "test",
  tst: "test",
  holdout: "test",
  unseen: "test",
};

/** The usual words that denote a part, for messages. */
export const partWords = "train, training, val, valid, validation, dev, eval, test, holdout, …";

/** Words that say no more of a part than that it is one: `training_set`, `val-images`. */
const filler = /(data)?sets?$|images?$|imgs?$|data$|splits?$/;

/** The part that a name denotes by its words, "both" where they say training and evaluation, and its other words. */
function readName(name: string): { part: Part | null | "both"; rest: string } {
  const spoken = name
    .replace(/([a-z])(?=[A-Z])/g, "$1 ")
    .toLowerCase()
    .replace(/h[eo]ld[-_ .]?out/g, "holdout");
  const parts = new Set<Part>();
  const rest: string[] = [];
  for (const word of spoken.split(/[^\p{L}]+/u)) {
    const bare = Object.hasOwn(words, word) ? word : word.replace(filler, "");
    if (Object.hasOwn(words, bare)) parts.add(words[bare] as Part);
    else if (bare !== "") rest.push(word);
  }
  const [first = null] = parts;
  const isBoth = parts.size > 1 && parts.has("train");
  return { part: isBoth ? "both" : parts.size > 1 ? "test" : first, rest: rest.join(" ") };
}

/**
 * The parts that folders side by side denote: by a name of nothing else (`Val`, `train2017`, `training_set`), or by
 * names that differ in nothing else (`birds_train` and `birds_test`). Null: it may be a class, as `bullet_train`.
 */
export function partsOfFolders(names: readonly string[]): (Part | null)[] {
  const read = names.map(readName);
  return read.map(({ part, rest }) => {
    if (part === null || part === "both") return null;
    const hasOther = read.some((one) => one.rest === rest && one.part !== null && one.part !== part);
    return rest === "" || hasOther ? part : null;
  });
}

/**
 * The part that a file's path denotes: by the words of its own name, otherwise of its folder, and so on upward.
 * Null: no such word; "both": words of training and of evaluation at the same level.
 */
export function partOfPath(path: string): Part | null | "both" {
  for (const name of path.split("/").reverse()) {
    const { part } = readName(name);
    if (part !== null) return part;
  }
  return null;
}
