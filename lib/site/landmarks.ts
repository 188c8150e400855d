import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What TypeDoc's theme leaves out for readers of screens: where the content is, and what each list of links is. */
const named: readonly [RegExp, string][] = [
  [/<div class="col-content">/, '<div class="col-content" role="main">'],
  [/<div class="col-sidebar">/, '<div class="col-sidebar" role="complementary" aria-label="Contents">'],
  [/<nav id="tsd-sidebar-links"/, '<nav id="tsd-sidebar-links" aria-label="Site"'],
  [/<nav class="tsd-navigation">/, '<nav class="tsd-navigation" aria-label="All pages">'],
  [/<details open class="tsd-accordion tsd-page-navigation">/, "$&"],
];

/** Names the landmarks of every page that TypeDoc wrote. */
export function nameLandmarks(out: string): void {
  const folders = ["", "classes", "documents", "functions", "interfaces", "modules", "types", "variables"];
  for (const folder of folders.map((name) => join(out, name)))
    for (const name of readdirSync(folder).filter((file) => file.endsWith(".html"))) {
      const file = join(folder, name);
      const text = readFileSync(file, "utf8");
      writeFileSync(
        file,
        named.reduce((page, [from, to]) => page.replace(from, to), text),
      );
    }
}
