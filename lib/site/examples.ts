import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** An example: TypeScript between `// #region words` and `// #endregion`. */
export interface Example {
  file: string;
  /** The public words that it illustrates. */
  words: string[];
  code: string;
  /** The common start of the file's examples: imports, and names that several of them use. */
  setup: string;
}

/** The examples in a folder's files, in file order. */
export function readExamples(folder: string): Example[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".ts"))
    .sort()
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      return [...text.matchAll(/^\/\/ #region (.+)\n([\s\S]*?)^\/\/ #endregion$/gm)].map(([, words, code]) => ({
        file,
        words: (words as string).split(/,\s*/),
        code: (code as string).trim(),
        setup: text.slice(0, text.indexOf("// #region")).trim(),
      }));
    });
}
