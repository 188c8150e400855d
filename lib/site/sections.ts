import { readFileSync } from "node:fs";

/**
 * The headings of `lib/index.ts`, in the order in which data flows, with the words under each.
 *
 * @returns section by word
 */
export function sectionsOf(index: string): Map<string, string> {
  const sections = new Map<string, string>();
  let section = "";
  let inBraces = false;
  for (const line of readFileSync(index, "utf8").split("\n")) {
    const heading = /^\/\/ (.+?)\.?$/.exec(line);
    if (heading && !inBraces) section = heading[1] as string;
    if (/^export /.test(line)) inBraces = true;
    if (inBraces)
      for (const [, renamed, word] of line.replace(/from ".*/, "").matchAll(/(\w+ as )?(\w+)/g))
        if (word !== undefined && !["export", "type", "as"].includes(word) && renamed !== "type as ")
          sections.set(word, section);
    if (/from ".*";$/.test(line)) inBraces = false;
  }
  return sections;
}
