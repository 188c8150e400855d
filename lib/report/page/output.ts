import type { IOutput } from "@jupyterlab/nbformat";
import { claimsHtml } from "../claims/claims-html";
import { type ClaimsModel, claimsMime, parseClaims } from "../claims/claims-model";
import { dataUri, escapeHtml } from "../escape";
import { specMime, svgMime } from "../figure/figure";
import { inlineSvg } from "../figure/figure-inline";
import { multiline } from "../notebook-result";
import { type Provenance, provenanceMime, readProvenance } from "../provenance";
import { tableCsv } from "../table/table-csv";
import { tableHtml } from "../table/table-html";
import { parseTable, tableJson, tableMime } from "../table/table-model";
import { svgObjection } from "./svg-safety";
import { plainText } from "./terminal-text";

/** What the outputs of a page share: its anchors, its running numbers, its room. */
export interface PageState {
  /** An id that no other part of the page has, as near to the wish as can be. */
  anchor(wish: string): string;
  /** Tables and figures in the order of the page. */
  readonly shown: ShownThing[];
  /** Verdicts that cells showed. */
  readonly claims: ClaimsModel[];
  /** What cells told about themselves. */
  readonly facts: Provenance[];
  /** Bytes that outputs may still take. */
  room: number;
  /** Some figure can be explored: the page needs Vega. */
  explores: boolean;
  /** Scripts in HTML outputs may run, each in a frame that reaches nothing. */
  readonly trusted: boolean;
}

export interface ShownThing {
  readonly kind: "table" | "figure";
  readonly number: number;
  readonly id: string;
  readonly caption: string;
}

/** One output of a cell as HTML, in the richest form that is safe; nothing of it can run, load or leave the page. */
export async function outputHtml(output: IOutput, page: PageState): Promise<string> {
  const before = page.shown.length;
  const html = await render(output, page);
  const bytes = Buffer.byteLength(html);
  if (bytes > page.room) {
    page.shown.length = before;
    return `<p class="left-out">An output of ${Math.ceil(bytes / 1000)} kB is left out to keep this page small; the executed notebook has it.</p>`;
  }
  page.room -= bytes;
  return html;
}

async function render(output: IOutput, page: PageState): Promise<string> {
  if (output.output_type === "stream") {
    const text = plainText(multiline(output.text));
    const name = output.name === "stderr" ? "stderr" : "stdout";
    return text.trim() === "" ? "" : `<pre class="stream ${name}" tabindex="0">${escapeHtml(text.trimEnd())}</pre>`;
  }
  if (output.output_type === "error") {
    const traceback = output.traceback;
    return errorHtml(
      String(output.ename),
      String(output.evalue),
      Array.isArray(traceback) ? traceback.map(String) : [],
    );
  }
  const data = (output.data ?? {}) as Record<string, unknown>;
  const label = ((output.metadata ?? {}) as { njepa?: { id?: unknown; caption?: unknown } }).njepa;
  return bundleHtml(data, { id: asText(label?.id), caption: asText(label?.caption) }, page);
}

/** An error with its name, its message and the frames below it. */
export function errorHtml(name: string, message: string, traceback: readonly string[]): string {
  const frames = plainText(traceback.join("\n")).trim();
  const trace = frames === "" ? "" : `<pre tabindex="0">${escapeHtml(frames)}</pre>`;
  return `<div class="error"><p><strong>${escapeHtml(name)}</strong> ${escapeHtml(plainText(message))}</p>${trace}</div>`;
}

interface OutputLabel {
  readonly id: string;
  readonly caption: string;
}

async function bundleHtml(data: Record<string, unknown>, label: OutputLabel, page: PageState): Promise<string> {
  if (data[provenanceMime] !== undefined) {
    page.facts.push(readProvenance(data[provenanceMime]));
    return "";
  }
  const verdicts = parseClaims(data[claimsMime]);
  if (verdicts !== undefined) {
    page.claims.push(verdicts);
    return `<section class="verdicts" id="${page.anchor(verdicts.id)}">${claimsHtml(verdicts)}</section>`;
  }
  const table = parseTable(data[tableMime]);
  if (table !== undefined) {
    const thing = enter("table", table.id, table.caption, page);
    const html = tableHtml(table, { sortable: true, caption: `<span>${captionHtml(thing)}</span>` });
    const links = [
      download(`${thing.id}.csv`, "CSV", dataUri("text/csv;charset=utf-8", tableCsv(table))),
      download(`${thing.id}.json`, "JSON", dataUri("application/json", JSON.stringify(tableJson(table)))),
    ];
    return `<section class="table" id="${thing.id}">${regionHtml(thing, html)}${linksHtml(links)}</section>`;
  }
  if (data[svgMime] !== undefined) {
    const svg = multiline(data[svgMime]);
    const objection = svgObjection(svg);
    if (objection !== undefined) {
      return `<p class="left-out">A drawing is left out because ${escapeHtml(objection)}.</p>${textHtml(data)}`;
    }
    return drawingHtml(svg, label, page, data[specMime]);
  }
  const png = multiline(data["image/png"]).replace(/\s/g, "");
  if (/^[A-Za-z0-9+/]+=*$/.test(png)) return pictureHtml(`data:image/png;base64,${png}`, "PNG", label, page);
  const html = multiline(data["text/html"]);
  if (html !== "") {
    // The empty sandbox takes away scripts, forms and navigation; the page's own policy goes on to forbid every request.
    const sandbox = page.trusted ? "allow-scripts" : "";
    return `<iframe sandbox="${sandbox}" title="HTML output" srcdoc="${escapeHtml(html)}"></iframe>`;
  }
  return textHtml(data);
}

/** An SVG in the page itself where it can be; its specification, if it has one, beside it. */
function drawingHtml(svg: string, label: OutputLabel, page: PageState, spec: unknown): string {
  const prefix = page.anchor(`${label.id === "" ? "drawing" : label.id}-svg`);
  const inline = inlineSvg(svg, prefix);
  if (inline === undefined || label.caption === "") return pictureHtml(dataUri(svgMime, svg), "SVG", label, page);
  const thing = enter("figure", label.id, label.caption, page);
  const explores = isSpec(spec);
  if (explores) page.explores = true;
  const buttons = [
    '<button type="button" class="save-svg" hidden>SVG</button>',
    ...(explores ? ['<button type="button" class="save-spec" hidden>Vega-Lite</button>'] : []),
  ];
  const explore = explores ? '<button type="button" class="explore" aria-pressed="false" hidden>Explore</button>' : "";
  // Within a script element only `<` could end it.
  const json = explores ? JSON.stringify(spec).replaceAll("<", "\\u003c") : "";
  return (
    `<figure id="${thing.id}">${regionHtml(thing, `<div class="drawing">${inline}</div>`)}` +
    `<figcaption>${captionHtml(thing)}</figcaption>${linksHtml(buttons, explore)}` +
    `${explores ? `<script type="application/json" class="spec">${json}</script>` : ""}</figure>`
  );
}

function isSpec(spec: unknown): spec is object {
  return typeof spec === "object" && spec !== null && !Array.isArray(spec);
}

function pictureHtml(source: string, format: "SVG" | "PNG", label: OutputLabel, page: PageState): string {
  const image = (words: string) => `<img src="${source}" alt="${escapeHtml(words)}">`;
  if (label.caption === "") return `<figure><div class="scroll">${image("picture without a caption")}</div></figure>`;
  const thing = enter("figure", label.id, label.caption, page);
  const links = [download(`${thing.id}.${format.toLowerCase()}`, format, source)];
  return (
    `<figure id="${thing.id}">${regionHtml(thing, image(label.caption))}` +
    `<figcaption>${captionHtml(thing)}</figcaption>${linksHtml(links)}</figure>`
  );
}

/** What is too wide scrolls by itself, by keyboard too. */
function regionHtml(thing: ShownThing, html: string): string {
  const name = `${thing.kind === "table" ? "Table" : "Figure"} ${thing.number}`;
  return `<div class="scroll" role="region" tabindex="0" aria-label="${name}">${html}</div>`;
}

function enter(kind: ShownThing["kind"], id: string, caption: string, page: PageState): ShownThing {
  const number = page.shown.filter((thing) => thing.kind === kind).length + 1;
  const thing = { kind, number, id: page.anchor(id === "" ? `${kind}-${number}` : id), caption };
  page.shown.push(thing);
  return thing;
}

function captionHtml(thing: ShownThing): string {
  const word = thing.kind === "table" ? "Table" : "Figure";
  return `<a class="number" href="#${thing.id}">${word} ${thing.number}</a> ${escapeHtml(thing.caption)}`;
}

function download(file: string, words: string, uri: string): string {
  return `<a download="${escapeHtml(file)}" href="${uri}">${words}</a>`;
}

function linksHtml(links: readonly string[], more = ""): string {
  return `<p class="downloads"><span>Save as</span> ${links.join(" ")}${more}</p>`;
}

function textHtml(data: Record<string, unknown>): string {
  const text = plainText(multiline(data["text/plain"]));
  return text.trim() === "" ? "" : `<pre class="stream" tabindex="0">${escapeHtml(text.trimEnd())}</pre>`;
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}
