import type { IOutput } from "@jupyterlab/nbformat";
import { dataUri, escapeHtml } from "./escape";
import { specMime, svgMime } from "./figure";
import { multiline } from "./notebook";
import { type Provenance, provenanceMime, readProvenance } from "./provenance";
import { svgObjection } from "./svg-safety";
import { tableCsv } from "./table-csv";
import { tableHtml } from "./table-html";
import { parseTable, tableJson, tableMime } from "./table-model";
import { plainText } from "./text";

/** What the outputs of a page share: its anchors, its running numbers, its room. */
export interface PageState {
  /** An id that no other part of the page has, as near to the wish as can be. */
  anchor(wish: string): string;
  /** Tables and figures in the order of the page. */
  readonly shown: ShownThing[];
  /** What cells told about themselves. */
  readonly facts: Provenance[];
  /** Bytes that outputs may still take. */
  room: number;
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

async function bundleHtml(
  data: Record<string, unknown>,
  label: { id: string; caption: string },
  page: PageState,
): Promise<string> {
  if (data[provenanceMime] !== undefined) {
    page.facts.push(readProvenance(data[provenanceMime]));
    return "";
  }
  const table = parseTable(data[tableMime]);
  if (table !== undefined) {
    const thing = enter("table", table.id, table.caption, page);
    const html = tableHtml(table, { sortable: true, caption: `<span>${captionHtml(thing)}</span>` });
    const links = [
      download(`${thing.id}.csv`, "CSV", dataUri("text/csv;charset=utf-8", await tableCsv(table))),
      download(`${thing.id}.json`, "JSON", dataUri("application/json", JSON.stringify(tableJson(table)))),
    ];
    const region = `<div class="scroll" role="region" tabindex="0" aria-label="Table ${thing.number}">${html}</div>`;
    return `<section class="table" id="${thing.id}">${region}${linksHtml(links)}</section>`;
  }
  if (data[svgMime] !== undefined) {
    const svg = multiline(data[svgMime]);
    const objection = svgObjection(svg);
    if (objection !== undefined) {
      return `<p class="left-out">A drawing is left out because ${escapeHtml(objection)}.</p>${textHtml(data)}`;
    }
    const spec = data[specMime];
    return figureHtml(dataUri(svgMime, svg), label, page, spec === undefined ? undefined : JSON.stringify(spec));
  }
  const png = multiline(data["image/png"]).replace(/\s/g, "");
  if (/^[A-Za-z0-9+/]+=*$/.test(png)) return figureHtml(`data:image/png;base64,${png}`, label, page);
  const html = multiline(data["text/html"]);
  if (html !== "") {
    // The empty sandbox takes away scripts, forms and navigation; the page's own policy goes on to forbid every request.
    return `<iframe sandbox="" title="HTML output" srcdoc="${escapeHtml(html)}"></iframe>`;
  }
  return textHtml(data);
}

function figureHtml(source: string, label: { id: string; caption: string }, page: PageState, spec?: string): string {
  const image = (words: string) =>
    `<div class="scroll" tabindex="0"><img src="${source}" alt="${escapeHtml(words)}"></div>`;
  if (label.caption === "") return `<figure>${image("picture without a caption")}</figure>`;
  const thing = enter("figure", label.id, label.caption, page);
  const links = [
    source.startsWith(`data:${svgMime}`)
      ? download(`${thing.id}.svg`, "SVG", source)
      : download(`${thing.id}.png`, "PNG", source),
    ...(spec === undefined ? [] : [download(`${thing.id}.json`, "Vega-Lite", dataUri("application/json", spec))]),
  ];
  const caption = `<figcaption>${captionHtml(thing)}</figcaption>`;
  return `<figure id="${thing.id}">${image(label.caption)}${caption}${linksHtml(links)}</figure>`;
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

function linksHtml(links: readonly string[]): string {
  return links.length === 0 ? "" : `<p class="downloads"><span>Save as</span> ${links.join(" ")}</p>`;
}

function textHtml(data: Record<string, unknown>): string {
  const text = plainText(multiline(data["text/plain"]));
  return text.trim() === "" ? "" : `<pre class="stream" tabindex="0">${escapeHtml(text.trimEnd())}</pre>`;
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}
