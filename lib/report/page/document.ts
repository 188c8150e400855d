import { createHash } from "node:crypto";
import { escapeHtml } from "../escape";
import { figureRuntime } from "../figure/figure-runtime";
import { trustedSources } from "./html-frame";
import { pageScript } from "./page-script";
import { pageStyle } from "./page-style";

export interface DocumentParts {
  readonly title: string;
  /** The elements header, nav, main and footer, as HTML. */
  readonly body: string;
  /** Whether the page includes the figures' runtime. */
  readonly explores?: boolean;
  /** Scripts and handlers of trusted HTML outputs, each allowed to run in its own frame. */
  readonly trustedCode?: readonly string[];
}

/** The button in a page's header that switches light and dark. */
export const themeButton = '<button type="button" class="theme" hidden>Dark page</button>';

/** A complete HTML file that needs no other and makes no requests, with a policy by which browsers enforce that. */
export function htmlDocument(parts: DocumentParts): string {
  const hash = createHash("sha256").update(pageScript).digest("base64");
  const runtime = parts.explores ? figureRuntime() : undefined;
  const trusted = trustedSources(parts.trustedCode ?? []);
  // Frames inherit the page's policy.
  const scripts = [`'sha256-${hash}'`, ...(runtime ? [`'sha256-${runtime.hash}'`] : []), ...trusted];
  // 'unsafe-inline' for styles only: table cells and MathML carry style attributes, which no hash can name; a style can
  // reach the outside only through a URL, and every kind of URL but data: is forbidden.
  const policy = [
    "default-src 'none'",
    "img-src data:",
    "style-src 'unsafe-inline'",
    `script-src ${scripts.join(" ")}`,
    // Browsers that do not know it complain on the console, so it is used only where foreign scripts run.
    ...(trusted.length > 0 ? ["webrtc 'block'"] : []),
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
