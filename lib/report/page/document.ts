import { createHash } from "node:crypto";
import { escapeHtml } from "../escape";
import { figureRuntime } from "../figure/figure-runtime";
import { pageScript } from "./page-script";
import { pageStyle } from "./page-style";

export interface DocumentParts {
  readonly title: string;
  /** The elements header, nav, main and footer, as HTML. */
  readonly body: string;
  /** Puts the figures' runtime into the page. */
  readonly explores?: boolean;
  /** The notebook was trusted by name: scripts in its HTML outputs may run, each in its own frame. */
  readonly trusted?: boolean;
}

/** For the header of a page. */
export const themeButton = '<button type="button" class="theme" hidden>Dark page</button>';

/** A whole HTML file that needs nothing and asks nothing of anyone, and tells browsers to hold it to that. */
export function htmlDocument(parts: DocumentParts): string {
  const hash = createHash("sha256").update(pageScript).digest("base64");
  const runtime = parts.explores ? figureRuntime() : undefined;
  const own = [`'sha256-${hash}'`, ...(runtime ? [`'sha256-${runtime.hash}'`] : [])].join(" ");
  // 'unsafe-inline' for styles only: table cells and MathML carry style attributes, which no hash can name; a style can
  // reach the outside only by an address, and every kind of address but data: is forbidden.
  const policy = [
    "default-src 'none'",
    "img-src data:",
    "style-src 'unsafe-inline'",
    // Frames inherit this. Trusted scripts have no hash that could be known, and a hash would switch 'unsafe-inline' off.
    `script-src ${parts.trusted ? "'unsafe-inline'" : own}`,
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy.join("; ")}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${escapeHtml(parts.title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<div class="layout">
${parts.body}
</div>
${runtime ? `<script type="text/plain" id="figure-runtime">${runtime.packed}</script>\n` : ""}<script>${pageScript}</script>
</body>
</html>
`;
}
