import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What TypeDoc's theme leaves out for readers of screens: where the content is, and what each list of links is. */
const named: readonly [RegExp, string][] = [
  [/<div class="col-content">/, '<div class="col-content" role="main">'],
  [/<div class="col-sidebar">/, '<div class="col-sidebar" role="complementary" aria-label="Contents">'],
  [/<nav id="tsd-sidebar-links"/, '<nav id="tsd-sidebar-links" aria-label="Site"'],
  [/<nav class="tsd-navigation">/, '<nav class="tsd-navigation" aria-label="All pages">'],
  // The side's headings stand beside the page's, whatever level that has come to.
  [/<h3>(Settings|On This Page)<\/h3>/g, '<h3 role="heading" aria-level="2">$1</h3>'],
  // A summary is a control; a link within it would be a second one. The heading keeps its anchor.
  [
    /(<summary[^>]*>(?:(?!<\/summary>)[\s\S])*?)<a href="#[^>]*class="tsd-anchor-icon">[\s\S]*?<\/a>(?=<\/h\d><\/summary>)/g,
    "$1",
  ],
];

/** Names the landmarks of every page that TypeDoc wrote. */
export function nameLandmarks(out: string): void {
  const folders = ["", "classes", "documents", "functions", "interfaces", "modules", "types", "variables"];
  for (const folder of folders.map((name) => join(out, name)))
    for (const name of readdirSync(folder).filter((file) => file.endsWith(".html"))) {
      const file = join(folder, name);
      const text = readFileSync(file, "utf8");
      const page = withoutFolders(
        named.reduce((html, [from, to]) => html.replace(from, to), text),
        folder,
      );
      writeFileSync(file, folder === out || folder.endsWith("documents") ? page : leveled(page));
    }
}

/** A link to a folder of the repository leads nowhere on the site: its words stay. */
function withoutFolders(page: string, folder: string): string {
  return page.replace(/<a href="([^"#]*media\/[^"#]*)"[^>]*>([\s\S]*?)<\/a>/g, (link, path, words) =>
    existsSync(join(folder, path)) ? link : words,
  );
}

/** On a word's page the headings of a signature follow the title, without the levels between. */
function leveled(page: string): string {
  return page.replace(/<h([3-6])(?=[ >])(?! role)/g, (_, level) => {
    return `<h${level} role="heading" aria-level="${Math.max(2, Number(level) - 2)}"`;
  });
}
