import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What TypeDoc's theme lacks for screen readers: where the content is, and what each list of links is. */
const named: readonly [RegExp, string][] = [
  [/<div class="col-content">/, '<div class="col-content" role="main">'],
  [/<div class="col-sidebar">/, '<div class="col-sidebar" role="complementary" aria-label="Contents">'],
  [/<nav id="tsd-sidebar-links"/, '<nav id="tsd-sidebar-links" aria-label="Site"'],
  [/<nav class="tsd-navigation">/, '<nav class="tsd-navigation" aria-label="All pages">'],
  // The sidebar's headings are on a level with the page's, whatever level that has reached.
  [/<h3>(Settings|On This Page)<\/h3>/g, '<h3 role="heading" aria-level="2">$1</h3>'],
  // A summary is a control; a link inside it would be a second one. The heading keeps its anchor.
  [
    /(<summary[^>]*>(?:(?!<\/summary>)[\s\S])*?)<a href="#[^>]*class="tsd-anchor-icon">[\s\S]*?<\/a>(?=<\/h\d><\/summary>)/g,
    "$1",
  ],
];

/** Labels the landmarks of every page that TypeDoc wrote. */
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

/** The page without links to folders of the repository, which lead nowhere on the site; their text stays. */
function withoutFolders(page: string, folder: string): string {
  return page.replace(/<a href="([^"#]*media\/[^"#]*)"[^>]*>([\s\S]*?)<\/a>/g, (link, path, words) =>
    existsSync(join(folder, path)) ? link : words,
  );
}

/** The page with its heading levels closed up: on a word's page a signature's headings skip levels after the title. */
function leveled(page: string): string {
  return page.replace(/<h([3-6])(?=[ >])(?! role)/g, (_, level) => {
    return `<h${level} role="heading" aria-level="${Math.max(2, Number(level) - 2)}"`;
  });
}
