import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

/**
 * Copies the pages of executed notebooks beside the site's own, and makes links that begin with `njepa:` point there.
 *
 * @returns the number of notebooks
 */
export function copyNotebooks(reports: string, out: string): number {
  const pages = existsSync(join(reports, "index.html"))
    ? readdirSync(reports).filter((name) => /\.(html|ipynb|json|csv|png|svg)$/.test(name))
    : [];
  mkdirSync(join(out, "notebooks"), { recursive: true });
  for (const name of pages) cpSync(join(reports, name), join(out, "notebooks", name));
  if (pages.length === 0) writeFileSync(join(out, "notebooks/index.html"), nothing);
  for (const file of filesOf(out).filter((name) => name.endsWith(".html"))) {
    const up = "../".repeat(relative(out, file).split("/").length - 1);
    const text = readFileSync(file, "utf8");
    if (text.includes("njepa:")) writeFileSync(file, text.replace(/(href=")njepa:/g, `$1${up}`));
  }
  return pages.filter((name) => name.endsWith(".html") && name !== "index.html" && name !== "diff.html").length;
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesOf(path) : [path];
  });
}

const nothing = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Notebooks</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; }</style>
<main><h1>Notebooks</h1>
<p>None was executed when this site was built: <code>npm run reports</code>, then <code>npm run docs</code>.</p>
<p><a href="../index.html">Back to njepa</a></p></main>
</html>
`;
