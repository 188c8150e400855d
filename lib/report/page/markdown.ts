import type { ICell } from "@jupyterlab/nbformat";
import MarkdownIt from "markdown-it";
import { escapeHtml } from "../escape";
import { multiline } from "../notebook-result";
import { highlightCode } from "./code";
import { type Heading, rebuildHtml } from "./html-fragment";
import { type FormulaPlace, formulaHtml } from "./math";
import { formulaMark, takeFormulas } from "./math-segments";

export interface MarkdownPart {
  readonly html: string;
  readonly headings: readonly Heading[];
}

/** State shared by all Markdown in a page. */
export interface MarkdownPlace extends FormulaPlace {
  /** Gives each heading an id that the page does not have yet. */
  anchor(wish: string): string;
}

/**
 * A notebook's Markdown as HTML that only arranges words: formulas rendered, embedded HTML kept where harmless, no link
 * that runs code, no picture from outside the file.
 */
export function markdownHtml(markdown: string, page: MarkdownPlace, attachments?: ICell["attachments"]): MarkdownPart {
  const { text, formulas } = takeFormulas(withAttachmentNames(markdown, attachments));
  const reader = new MarkdownIt({ html: true, linkify: false, typographer: false, highlight: highlightCode });
  // Links and pictures are all checked later, when the page's HTML is rebuilt.
  reader.validateLink = () => true;
  const normalize = reader.normalizeLink;
  reader.normalizeLink = (address) => normalize.call(reader, plain(address));
  const plain = (words: string) => words.replace(formulaMark, (_, at) => formulas[Number(at)]?.source ?? "");
  const drawn = (words: string) =>
    words
      .split(formulaMark)
      .map((part, at) => {
        const formula = at % 2 === 1 ? formulas[Number(part)] : undefined;
        return formula === undefined ? escapeHtml(at % 2 === 1 ? "" : part) : formulaHtml(formula, page);
      })
      .join("");
  const made = rebuildHtml(reader.render(text), {
    anchor: page.anchor,
    picture: (source) => pictureUri(source, attachments),
    words: (words, isCode) => (isCode ? escapeHtml(plain(words)) : drawn(words)),
    plain,
  });
  return made ?? { html: `<pre tabindex="0">${escapeHtml(markdown)}</pre>`, headings: [] };
}

/** The text with attachment names that contain spaces or brackets, which Markdown links cannot hold, encoded. */
function withAttachmentNames(markdown: string, attachments: ICell["attachments"]): string {
  return Object.keys(attachments ?? {})
    .filter((name) => /[\s()<>]/.test(name))
    .reduce((text, name) => text.replaceAll(`(attachment:${name})`, `(attachment:${encodeName(name)})`), markdown);
}

function encodeName(name: string): string {
  return encodeURIComponent(name).replace(/[()]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}

const raster = /^data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+$/;

/** The `data:` URI of a picture; `attachment:name` is how Markdown refers to a file inside its own cell. */
function pictureUri(source: string, attachments: ICell["attachments"]): string | undefined {
  if (!source.startsWith("attachment:")) return raster.test(source) ? source : undefined;
  const files = (attachments ?? {}) as Record<string, Record<string, unknown> | undefined>;
  const asked = decoded(source.slice("attachment:".length));
  const name = Object.keys(files).find((key) => key === asked || key.normalize("NFC") === asked.normalize("NFC"));
  for (const [mime, data] of Object.entries((name === undefined ? undefined : files[name]) ?? {})) {
    const uri = `data:${mime};base64,${multiline(data).replace(/\s/g, "")}`;
    if (raster.test(uri)) return uri;
  }
  return undefined;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
