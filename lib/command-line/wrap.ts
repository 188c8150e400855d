import { Help } from "commander";

/**
 * The lines of a help text, wrapped to the terminal's width (80 columns where none is) as commander wraps options: in a
 * line such as `  name   what it means`, below what it means.
 */
export function wrapped(text: string, columns = process.stdout.columns ?? 80): string {
  return text
    .split("\n")
    .flatMap((line) => {
      const [lead = ""] = /^ *(?:\S+(?: \S+)* {2,})?/.exec(line) ?? [];
      const [first = "", ...rest] = new Help().boxWrap(line.slice(lead.length), columns - lead.length).split("\n");
      return [lead + first, ...rest.map((part) => " ".repeat(lead.length) + part)];
    })
    .join("\n");
}
