import { isPlainObject } from "../../plain-object";
import { dataUri, escapeHtml } from "../escape";
import { svgMime } from "../figure/figure";
import { bindsElement } from "../figure/figure-spec-checks";
import type { OutputLabel, PageState, ShownThing } from "./page-state";
import { rebuildSvg } from "./svg-drawing";

/** An SVG, inline if possible, with its specification, if any, beside it; undefined if the text is not SVG. */
export function drawingHtml(given: string, label: OutputLabel, page: PageState, spec?: unknown): string | undefined {
  const drawing = rebuildSvg(given);
  if (drawing === undefined) return undefined;
  const lost = drawing.leftOut.join(", ");
  const note = lost === "" ? "" : `<p class="left-out">Left out of this drawing: ${escapeHtml(lost)}.</p>`;
  const inline = rebuildSvg(given, page.anchor(`${label.id === "" ? "drawing" : label.id}-svg`));
  if (inline === undefined || inline.styled || label.caption === "")
    return pictureHtml(dataUri(svgMime, drawing.svg), "SVG", label, page) + note;
  const thing = enter("figure", label.id, label.caption, page);
  const explores = isPlainObject(spec) && !bindsElement(spec);
  if (explores) page.explores = true;
  const buttons = [
    '<button type="button" class="save-svg" hidden>SVG</button>',
    ...(explores ? ['<button type="button" class="save-spec" hidden>Vega-Lite</button>'] : []),
  ];
  const explore = explores ? '<button type="button" class="explore" aria-pressed="false" hidden>Explore</button>' : "";
  // Inside a script element, only `<` could end it.
  const json = explores ? JSON.stringify(spec).replaceAll("<", "\\u003c") : "";
  return (
    `<figure id="${thing.id}">${regionHtml(thing, `<div class="drawing">${inline.svg}</div>`)}` +
    `<figcaption>${captionHtml(thing)}</figcaption>${linksHtml(buttons, explore)}` +
    `${explores ? `<script type="application/json" class="spec">${json}</script>` : ""}</figure>${note}`
  );
}

/** A picture from a `data:` URI, with a caption and a download link if the notebook names it. */
export function pictureHtml(source: string, format: string, label: OutputLabel, page: PageState): string {
  const image = (words: string) => `<img src="${source}" alt="${escapeHtml(words)}">`;
  if (label.caption === "") return `<figure><div class="scroll">${image("picture without a caption")}</div></figure>`;
  const thing = enter("figure", label.id, label.caption, page);
  const links = [download(`${thing.id}.${format.toLowerCase()}`, format, source)];
  return (
    `<figure id="${thing.id}">${regionHtml(thing, image(label.caption))}` +
    `<figcaption>${captionHtml(thing)}</figcaption>${linksHtml(links)}</figure>`
  );
}

/** HTML in a region of its own that scrolls sideways if too wide, by keyboard too. */
export function regionHtml(thing: ShownThing, html: string): string {
  const name = `${thing.kind === "table" ? "Table" : "Figure"} ${thing.number}`;
  return `<div class="scroll" role="region" tabindex="0" aria-label="${name}">${html}</div>`;
}

/** A table or figure with its number and its anchor, recorded in the page. */
export function enter(kind: ShownThing["kind"], id: string, caption: string, page: PageState): ShownThing {
  const number = page.shown.filter((thing) => thing.kind === kind).length + 1;
  const thing = { kind, number, id: page.anchor(id === "" ? `${kind}-${number}` : id), caption };
  page.shown.push(thing);
  return thing;
}

export function captionHtml(thing: ShownThing): string {
  const word = thing.kind === "table" ? "Table" : "Figure";
  return `<a class="number" href="#${thing.id}">${word} ${thing.number}</a> ${escapeHtml(thing.caption)}`;
}

export function download(file: string, words: string, uri: string): string {
  return `<a download="${escapeHtml(file)}" href="${uri}">${words}</a>`;
}

export function linksHtml(links: readonly string[], more = ""): string {
  return `<p class="downloads"><span>Save as</span> ${links.join(" ")}${more}</p>`;
}
