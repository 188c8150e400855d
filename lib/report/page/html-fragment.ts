import { Parser } from "htmlparser2";
import { escapeHtml } from "../escape";
import { htmlAttributes, htmlElements, htmlStyles, swallowedElements, voidElements } from "./html-vocabulary";

export interface Heading {
  readonly level: number;
  readonly id: string;
  readonly text: string;
}

/** What a fragment needs from the page that it becomes part of. */
export interface FragmentPlace {
  /** An id that the page does not have yet, as close as possible to the requested one. */
  anchor(wish: string): string;
  /** A picture that may be shown, as a `data:` URI; undefined for one outside the notebook. */
  picture(source: string): string | undefined;
  /** Words as HTML; in code they stay as written. */
  words(text: string, isCode: boolean): string;
  /** Words as written, for attributes and headings. */
  plain(text: string): string;
}

/** Deepest nesting of elements; parsers slow down beyond it. */
const deepest = 200;

/**
 * A fragment of HTML rebuilt from elements and attributes that only arrange words: balanced, without comments, and with
 * nothing that runs, loads or covers the page.
 *
 * @returns undefined if it is nested too deeply to be text
 */
export function rebuildHtml(html: string, place: FragmentPlace): { html: string; headings: Heading[] } | undefined {
  const out: string[] = [];
  const open: string[] = [];
  const headings: Heading[] = [];
  let heading: { at: number; level: number; text: string; rest: string } | undefined;
  let depth = 0;
  let swallowed = 0;

  const start = (name: string, attributes: Record<string, string>) => {
    if (++depth > deepest) throw new TooDeep();
    if (swallowed > 0 || swallowedElements.has(name)) swallowed++;
    else if (!htmlElements.has(name)) open.push("");
    else if (name === "img") out.push(imageHtml(attributes, place));
    else {
      const written = attributesHtml(name, attributes, place);
      if (/^h[1-6]$/.test(name) && !heading) {
        // An id of its own, which links may point at, stays beside the one made of its words.
        const [own = ""] = / id="[^"]*"/.exec(written) ?? [];
        const rest = `${written.replace(own, "")}>${own && `<a${own}></a>`}`;
        heading = { at: out.length, level: Number(name[1]), text: "", rest };
      }
      // Anything that can scroll sideways must be reachable by keyboard, `pre` included.
      if (name === "table") out.push('<div class="scroll" tabindex="0">');
      out.push(`<${name}${written}${extras[name] ?? ""}>`);
    }
    if (swallowed === 0 && htmlElements.has(name) && !voidElements.has(name)) open.push(name);
  };
  const end = (name: string) => {
    depth--;
    if (swallowed > 0) {
      swallowed--;
      return;
    }
    if (voidElements.has(name)) return;
    const begun = open.pop();
    if (!begun) return;
    out.push(begun === "table" ? "</table></div>" : `</${begun}>`);
    if (heading && begun === `h${heading.level}`) {
      const { at, level, text, rest } = heading;
      const id = place.anchor(slug(text));
      headings.push({ level, id, text: text.trim() });
      out[at] = `<${begun} id="${id}"${rest}`;
      heading = undefined;
    }
  };
  const words = (text: string) => {
    if (swallowed > 0) return;
    if (heading) heading.text += place.plain(text);
    out.push(place.words(text, open.includes("code") || open.includes("pre")));
  };
  try {
    new Parser({ onopentag: start, onclosetag: end, ontext: words }).end(html);
  } catch (error) {
    if (error instanceof TooDeep) return undefined;
    throw error;
  }
  return { html: out.join(""), headings };
}

class TooDeep extends Error {}

const extras: Readonly<Record<string, string>> = { a: ' rel="noopener noreferrer"', pre: ' tabindex="0"' };

function attributesHtml(element: string, attributes: Record<string, string>, place: FragmentPlace): string {
  return Object.entries(attributes)
    .flatMap(([name, given]) => {
      const value = attributeOf(element, name, place.plain(given), place);
      return value === undefined ? [] : [` ${name === "name" ? "id" : name}="${escapeHtml(value)}"`];
    })
    .join("");
}

function attributeOf(element: string, name: string, value: string, place: FragmentPlace): string | undefined {
  if (name === "id" || (name === "name" && element === "a")) return place.anchor(value);
  if (name === "href" && element === "a") return linkOf(value);
  if (name === "class")
    return (
      value
        .split(/\s+/)
        .filter((one) => one.startsWith("hljs-"))
        .join(" ") || undefined
    );
  if (name === "style") return stylesOf(value) || undefined;
  return htmlAttributes["*"]?.has(name) || htmlAttributes[element]?.has(name) ? value : undefined;
}

/** A link to a place in the page, a file beside it, or a URL that opens without running anything; else undefined. */
function linkOf(href: string): string | undefined {
  // Browsers ignore control characters and spaces within a scheme.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that browsers drop
  const bare = href.replace(/[\u0000-\u0020\u007f-\u00a0]/g, "");
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(bare)?.[1]?.toLowerCase();
  if (scheme === undefined) return href.replace(/\.ipynb(?=$|[#?])/, ".html");
  return ["http", "https", "mailto", "tel", "ftp"].includes(scheme) ? href : undefined;
}

function stylesOf(css: string): string {
  return css
    .split(";")
    .filter((declaration) => {
      const [, name = "", value = ""] = /^\s*([a-z-]+)\s*:(.*)$/is.exec(declaration) ?? [];
      return htmlStyles.has(name.toLowerCase()) && /^[\w\s#%.,+-]*(?:(?:rgba?|hsla?)\([\d\s.,%/]*\))?$/i.test(value);
    })
    .map((declaration) => declaration.trim())
    .join(";");
}

function imageHtml(attributes: Record<string, string>, place: FragmentPlace): string {
  const source = place.picture(attributes.src ?? "");
  const words = place.plain(attributes.alt ?? "");
  if (source === undefined)
    return `<em>[picture left out: ${escapeHtml(words || "no description")}; only pictures inside the notebook are shown]</em>`;
  return `<img src="${source}"${attributesHtml("img", { ...attributes, alt: words }, place)}>`;
}

/** A slug: lower-case words in any script, joined by hyphens, starting with a letter. */
export function slug(text: string): string {
  const words = text
    .normalize("NFC")
    .toLowerCase()
    .match(/[\p{L}\p{M}\p{N}]+/gu) ?? ["section"];
  return /^\p{L}/u.test(words[0] ?? "") ? words.join("-") : `s-${words.join("-")}`;
}
