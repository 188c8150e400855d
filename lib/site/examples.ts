import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** An example: TypeScript that stands between `// #region words` and `// #endregion`. */
export interface Example {
  file: string;
  /** The public words that it is for. */
  words: string[];
  code: string;
  /** What the file's examples begin with: imports, and names that several of them use. */
  setup: string;
}

/** The examples in the files of a folder, in the order of the files. */
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
