import { Parser } from "htmlparser2";
import { escapeHtml } from "../escape";
import { darkInks } from "../figure/palette";
import { createCopyCounter } from "./svg-copies";
import { cssFunctions, paintProperties, plainAttributes, svgElements, visibleLosses } from "./svg-vocabulary";

/** A drawing made anew of what is known to draw. */
export interface Drawing {
  readonly svg: string;
  /** It has a style sheet, which in a page would reach what is around it. */
  readonly styled: boolean;
  /** What a reader would miss, in words. */
  readonly leftOut: readonly string[];
}

/** Elements within one another; browsers and parsers slow down beyond. */
const deepest = 256;
/** Elements to draw, copies counted. */
const most = 200_000;

/**
 * The same drawing with nothing that runs, loads or reaches out of it: its elements and attributes are written anew from a
 * list of those that draw, and all else is left out. What is not SVG, or more than a browser can draw, gives
 * undefined.
 *
 * @param prefix stands before its ids, for a drawing that becomes a part of the page; the style by which our own drawings
 *   follow a dark screen is left out then, since the page has its own
 */
export function rebuildSvg(text: string, prefix = ""): Drawing | undefined {
  const out: string[] = [];
  const open: string[] = [];
  const leftOut = new Set<string>();
  const write = createAttributeWriter(prefix, leftOut);
  const copies = createCopyCounter();
  let depth = 0;
  let skipped = 0;
  let styled = false;
  let style: string | undefined;

  const start = (name: string, attributes: Record<string, string>) => {
    if (++depth > deepest) throw new NoDrawing();
    if (skipped > 0) {
      skipped++;
      return;
    }
    const local = name.replace(/^svg:/, "");
    const isRoot = open.length === 0;
    // A title and a description hold words only: in a page, elements in them would be HTML.
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
    parser.end(text);
  } catch (error) {
    if (error instanceof NoDrawing) return undefined;
    if (!(error instanceof Finished)) throw error;
  }
  return out.length === 0 || copies.total() > most ? undefined : { svg: out.join(""), styled, leftOut: [...leftOut] };
}

/** How the parser is left: there is nothing to draw, or the drawing has ended and what follows is no part of it. */
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
    // Without the drawing's own style sheet a class could only meet the page's.
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

/** A style sheet without fonts and imports; undefined when what is left could still load something. */
function sheetOf(text: string, isInline: boolean): string | undefined {
  if (isInline && `<style>${text}</style>` === darkInks()) return "";
  const bare = withoutComments(text).replace(/@(?:import|charset|namespace)\b[^;{}]*;?|@font-face\s*\{[^{}]*\}/gi, "");
  const hasOther = /@(?!media\b|keyframes\b|supports\b)/i.test(bare);
  return hasOther || !isLocalCss(bare) ? undefined : bare.trim();
}

/** Whether every function in it only computes, or names a part of the same drawing. Escapes could spell any other unseen. */
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

/** Longer than any function's name; what is longer is none of them. */
const longestName = 30;

function withoutComments(css: string): string {
  return css.replace(/\/\*[\s\S]*?(?:\*\/|$)/g, " ");
}
