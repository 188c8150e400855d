import type { ICell } from "@jupyterlab/nbformat";
import MarkdownIt from "markdown-it";
import { escapeHtml } from "../escape";
import { highlightCode } from "./code";
import { math } from "./math";

export interface Heading {
  readonly level: number;
  readonly id: string;
  readonly text: string;
}

export interface MarkdownPart {
  readonly html: string;
  readonly headings: readonly Heading[];
}

/**
 * Markdown of a notebook as HTML that holds nothing but what Markdown says: no HTML of its own, no links that run
 * code, no picture from outside the file.
 *
 * @param anchor gives each heading an id that the page does not have yet
 */
export function markdownHtml(
  text: string,
  anchor: (wish: string) => string,
  attachments?: ICell["attachments"],
): MarkdownPart {
  const headings: Heading[] = [];
  const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false, highlight: highlightCode });
  math(markdown);
  const { rules } = markdown.renderer;
  rules.heading_open = (tokens, at) => {
    const token = tokens[at];
    const words = (tokens[at + 1]?.children ?? []).map((child) => child.content).join("");
    const heading = { level: Number(token?.tag.slice(1)), id: anchor(slug(words)), text: words };
    headings.push(heading);
    return `<${token?.tag} id="${heading.id}">`;
  };
  // What can scroll sideways must be reachable by keyboard.
  for (const kind of ["fence", "code_block"] as const) {
    const draw = rules[kind];
    rules[kind] = (...args) => (draw?.(...args) ?? "").replace("<pre>", '<pre tabindex="0">');
  }
  rules.table_open = () => '<div class="scroll" tabindex="0"><table>';
  rules.table_close = () => "</table></div>";
  rules.link_open = (tokens, at, options, _env, self) => {
    const token = tokens[at];
    const href = String(token?.attrGet("href") ?? "");
    if (!/^[a-z][a-z0-9+.-]*:/i.test(href)) token?.attrSet("href", href.replace(/\.ipynb(?=$|[#?])/, ".html"));
    else token?.attrSet("rel", "noopener noreferrer");
    return self.renderToken(tokens, at, options);
  };
  rules.image = (tokens, at) => {
    const token = tokens[at];
    const source = attached(String(token?.attrGet("src") ?? ""), attachments);
    const words = escapeHtml(token?.content ?? "");
    if (/^data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+$/.test(source))
      return `<img src="${source}" alt="${words}">`;
    return `<em>[picture left out: ${words || "no description"}; only pictures inside the notebook are shown]</em>`;
  };
  return { html: markdown.render(text), headings };
}

/** `attachment:name` is how Markdown points at a file inside its own cell. */
function attached(source: string, attachments: ICell["attachments"]): string {
  if (!source.startsWith("attachment:")) return source;
  const files = (attachments ?? {}) as Record<string, Record<string, unknown> | undefined>;
  const bundle = files[source.slice("attachment:".length)];
  for (const [mime, data] of Object.entries(bundle ?? {})) {
    if (mime.startsWith("image/")) return `data:${mime};base64,${String(data).replace(/\s/g, "")}`;
  }
  return source;
}

function slug(text: string): string {
  const words = text
    .normalize("NFKD")
    .toLowerCase()
    .match(/[a-z0-9]+/g) ?? ["section"];
  return /^[a-z]/.test(words[0] ?? "") ? words.join("-") : `s-${words.join("-")}`;
}
