import { Parser } from "htmlparser2";
import { escapeHtml } from "../escape";
import { darkInks } from "../figure/palette";
import { createCopyCounter } from "./svg-copies";
import { cssFunctions, paintProperties, plainAttributes, svgElements, visibleLosses } from "./svg-vocabulary";

/** A drawing rebuilt from elements known only to draw. */
export interface Drawing {
  readonly svg: string;
  /** Whether it has a style sheet, which inline in a page would also affect its surroundings. */
  readonly styled: boolean;
  /** What was removed that a reader would miss, in words. */
  readonly leftOut: readonly string[];
}

/** Deepest nesting of elements; browsers and parsers slow down beyond it. */
const deepest = 256;
/** Most elements to draw, copies included. */
const most = 200_000;

/**
 * The same drawing with nothing that runs, loads or reaches out of it: its elements and attributes are rebuilt from an
 * allowlist of those that draw, and everything else is left out. Undefined if it is not SVG, or more than a browser can
 * draw.
 *
 * @param prefix prepended to its ids, for a drawing inline in the page; the style that adapts our own drawings to a
 *   dark screen is then left out, since the page has its own
 */
export function rebuildSvg(text: string, prefix = ""): Drawing | undefined {
  const out: string[] = [];
  const open: string[] = [];
  const leftOut = new Set<string>();
  const write = createAttributeWriter(prefix, leftOut);
  const copies = createCopyCounter();
  let depth = 0;
  let skipped = 0;
  let space = "";
  let styled = false;
  let style: string | undefined;

  const start = (name: string, attributes: Record<string, string>) => {
    if (++depth > deepest) throw new NoDrawing();
    if (skipped > 0) {
      skipped++;
      return;
    }
    const isRoot = open.length === 0;
    // Python writes ns0:svg.
    if (isRoot) space = /^[\w-]+:(?=svg$)/.exec(name)?.[0] ?? "";
    const local = (name.startsWith(space) ? name.slice(space.length) : name).replace(/^svg:/, "");
    // A title or description holds only words: in a page, elements in it would be HTML.
    const isInWords = ["title", "desc"].includes(open.at(-1) ?? "");
    const isKnown = isRoot ? local === "svg" : svgElements.has(local) && !isInWords;
    if (!isKnown && isRoot) throw new NoDrawing();
    if (!isKnown) {
      if (visibleLosses.has(local)) leftOut.add(local);
      skipped = 1;
      return;
    }
    open.push(local);
    const { id, href = attributes["xlink:href"] } = attributes;
    copies.open(id, local === "use" ? href?.replace(/^#/, "") : undefined);
    if (local === "style") style = "";
    else out.push(`<${local}${isRoot ? namespaces : ""}${write(local, attributes)}>`);
  };
  const end = () => {
    depth--;
    if (skipped > 0) {
      skipped--;
      return;
    }
    const name = open.pop();
    copies.close();
    if (name === "style") {
      const sheet = sheetOf(style ?? "", prefix !== "");
      if (/@font-face/i.test(style ?? "")) leftOut.add("a font of its own");
      style = undefined;
      if (sheet === undefined) leftOut.add("a style sheet that reaches out of the drawing");
      else if (sheet !== "") {
        styled = true;
        out.push(`<style>${escapeHtml(sheet)}</style>`);
      }
    } else if (name !== undefined) out.push(`</${name}>`);
    if (open.length === 0) throw new Finished();
  };
  const words = (text: string) => {
    if (skipped > 0 || open.length === 0) return;
    if (style === undefined) out.push(escapeHtml(text));
    else style += text;
  };
  try {
    const parser = new Parser({ onopentag: start, onclosetag: end, ontext: words }, { xmlMode: true });
    parser.end(withOwnEntities(text));
  } catch (error) {
    if (error instanceof NoDrawing) return undefined;
    if (!(error instanceof Finished)) throw error;
  }
  return out.length === 0 || copies.total() > most ? undefined : { svg: out.join(""), styled, leftOut: [...leftOut] };
}

/**
 * The text with the entities that it declares for itself, as Illustrator does for its styles, replaced by their words.
 * Those that name files, or others, are none.
 */
function withOwnEntities(text: string): string {
  const subset = /<!DOCTYPE\s[^[>]*\[([^\]]{0,20000})\]/.exec(text.slice(0, 30_000))?.[1] ?? "";
  const entities = new Map<string, string>();
  for (const [, name = "", value = ""] of subset.matchAll(/<!ENTITY\s+([\w.-]+)\s+"([^"&<%]{0,500})"\s*>/g))
    if (!entities.has(name)) entities.set(name, value);
  if (entities.size === 0) return text;
  const room = { left: 1_000_000 };
  return text.replace(/&([\w.-]{1,100});/g, (written, name: string) => {
    const value = entities.get(name);
    if (value === undefined || room.left < value.length) return written;
    room.left -= value.length;
    return value;
  });
}

/** Thrown to leave the parser: there is nothing to draw, or the drawing has ended and what follows is not in it. */
class NoDrawing extends Error {}
class Finished extends Error {}

const namespaces = ' xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';

function createAttributeWriter(prefix: string, leftOut: Set<string>) {
  const own = (id: string) => (prefix === "" ? id : `${prefix}-${id}`);
  const owned = (css: string) =>
    prefix === ""
      ? css
      : css.replace(/url\(\s*(["']?)#([^()"'\s]+)\1\s*\)/g, (_, __, id: string) => `url(#${own(id)})`);

  const value = (element: string, name: string, text: string): string | undefined => {
    if (name === "id") return own(text);
    if (name === "aria-labelledby" || name === "aria-describedby") return text.split(/\s+/).map(own).join(" ");
    if (name === "href" || name === "xlink:href") {
      if (/^#./.test(text)) return `#${own(text.slice(1))}`;
      const isPicture = (element === "image" || element === "feImage") && rasterUri.test(text);
      if (isPicture || (element === "a" && /^(https?:\/\/|mailto:)/i.test(text))) return text;
      leftOut.add(element === "a" ? "a link" : "what it points at outside of itself");
      return undefined;
    }
    if (name === "style") return declarations(owned(text));
    if (paintProperties.has(name)) return isLocalCss(text) ? owned(text) : undefined;
    // Without the drawing's own style sheet, a class could only match the page's.
    if (name === "class" && prefix !== "") return undefined;
    return plainAttributes.has(name) ? text : undefined;
  };

  return (element: string, attributes: Record<string, string>): string => {
    const written = Object.entries(attributes).flatMap(([name, text]) => {
      const kept = value(element, name, text);
      return kept === undefined || kept === "" ? [] : [` ${name}="${escapeHtml(kept)}"`];
    });
    if (element === "a") written.push(' rel="noopener noreferrer"');
    return written.join("");
  };
}

const rasterUri = /^data:image\/(png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]+$/;

function declarations(css: string): string {
  return css
    .split(";")
    .filter((declaration) => {
      const [, name, text] = /^\s*([a-z-]+)\s*:(.*)$/is.exec(declaration) ?? [];
      return name !== undefined && paintProperties.has(name.toLowerCase()) && isLocalCss(text ?? "");
    })
    .join(";");
}

/** A style sheet without fonts and imports; undefined if what is left could still load something. */
function sheetOf(text: string, isInline: boolean): string | undefined {
  if (isInline && `<style>${text}</style>` === darkInks()) return "";
  const bare = withoutComments(text).replace(/@(?:import|charset|namespace)\b[^;{}]*;?|@font-face\s*\{[^{}]*\}/gi, "");
  const hasOther = /@(?!media\b|keyframes\b|supports\b)/i.test(bare);
  return hasOther || !isLocalCss(bare) ? undefined : bare.trim();
}

/** Whether all CSS functions only compute or name parts of the drawing; escapes, which could hide one, are refused. */
function isLocalCss(css: string): boolean {
  const bare = withoutComments(css);
  if (bare.includes("\\")) return false;
  const [first = "", ...rest] = bare.split("(");
  let before = first;
  return rest.every((inside) => {
    const name = /[\w-]*$/.exec(before.slice(-longestName))?.[0].toLowerCase() ?? "";
    before = inside;
    return name === "" || cssFunctions.has(name) || (name === "url" && /^\s*["']?#/.test(inside));
  });
}

/** An upper bound on the length of a known function's name. */
const longestName = 30;

function withoutComments(css: string): string {
  return css.replace(/\/\*[\s\S]*?(?:\*\/|$)/g, " ");
}
