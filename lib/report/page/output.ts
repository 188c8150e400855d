import type { IOutput } from "@jupyterlab/nbformat";
import { claimsHtml } from "../claims/claims-html";
import { claimsMime, parseClaims } from "../claims/claims-model";
import { dataUri, escapeHtml } from "../escape";
import { specMime, svgMime } from "../figure/figure";
import type { FigureSpec } from "../figure/figure-spec";
import { foreignFigureSvg } from "../figure/foreign-figure";
import { multiline } from "../notebook-result";
import { provenanceMime, readProvenance } from "../provenance";
import { tableCsv } from "../table/table-csv";
import { tableHtml } from "../table/table-html";
import { parseTable, tableJson, tableMime } from "../table/table-model";
import { captionHtml, download, drawingHtml, enter, linksHtml, pictureHtml, regionHtml } from "./figure-html";
import { htmlFrame } from "./html-frame";
import { markdownHtml } from "./markdown";
import type { OutputLabel, PageState } from "./page-state";
import { plainText } from "./terminal-text";

type Data = Record<string, unknown>;

/**
 * One output of a cell as HTML, in the richest safe form that the page has room for; nothing in it can run, load or
 * leave the page.
 */
export async function outputHtml(output: IOutput, page: PageState): Promise<string> {
  const whole = await fitting(output, page);
  if (whole.html !== undefined) return whole.html;
  const drawing = drawingAlone(output);
  const part = drawing && (await fitting(drawing, page));
  if (part?.html !== undefined)
    return part.html + leftOut("The data of this figure are left out to keep this page small");
  return leftOut(`An output of ${Math.ceil(whole.bytes / 1000)} kB is left out to keep this page small`);
}

/** An output's HTML, for which the page's room shrinks; undefined, and the page as it was, where it has too little. */
async function fitting(output: IOutput, page: PageState): Promise<{ html: string | undefined; bytes: number }> {
  const before = { shown: page.shown.length, code: page.trustedCode.length };
  const html = await render(output, page).catch((error: Error) => {
    if (!(error instanceof RangeError)) throw error;
    // The call stack was used up.
    return leftOut("An output is left out: it is nested too deeply");
  });
  const bytes = Buffer.byteLength(html);
  if (bytes <= page.room) {
    page.room -= bytes;
    return { html, bytes };
  }
  page.shown.length = before.shown;
  page.trustedCode.length = before.code;
  return { html: undefined, bytes };
}

/** A drawn figure without its specification, whose data are most of it; undefined for other outputs. */
function drawingAlone(output: IOutput): IOutput | undefined {
  const { [specMime]: spec, ...data } = (output.data ?? {}) as Data;
  return spec === undefined || data[svgMime] === undefined ? undefined : ({ ...output, data } as IOutput);
}

async function render(output: IOutput, page: PageState): Promise<string> {
  if (output.output_type === "stream") {
    const name = output.name === "stderr" ? "stderr" : "stdout";
    return preHtml(multiline(output.text), name);
  }
  if (output.output_type === "error") {
    const traceback = output.traceback;
    return errorHtml(
      String(output.ename),
      String(output.evalue),
      Array.isArray(traceback) ? traceback.map(String) : [],
    );
  }
  const label = ((output.metadata ?? {}) as { njepa?: { id?: unknown; caption?: unknown } }).njepa;
  return bundleHtml((output.data ?? {}) as Data, { id: asText(label?.id), caption: asText(label?.caption) }, page);
}

/** An error with its name, its message and the frames below it. */
export function errorHtml(name: string, message: string, traceback: readonly string[]): string {
  const frames = plainText(traceback.join("\n")).trim();
  const trace = frames === "" ? "" : `<pre tabindex="0">${escapeHtml(frames)}</pre>`;
  return `<div class="error"><p><strong>${escapeHtml(name)}</strong> ${escapeHtml(plainText(message))}</p>${trace}</div>`;
}

/** The first form in a bundle that can be shown; if that is only text, the page names what it does not show. */
async function bundleHtml(data: Data, label: OutputLabel, page: PageState): Promise<string> {
  if (data[provenanceMime] !== undefined) {
    page.facts.push(readProvenance(data[provenanceMime]));
    return "";
  }
  const shown =
    verdictsHtml(data, page) ??
    ownTableHtml(data, page) ??
    (await graphicHtml(data, label, page)) ??
    rasterHtml(data, label, page) ??
    wordsHtml(data, page);
  if (shown !== undefined) return shown;
  const others = Object.keys(data).filter((mime) => mime !== "text/plain");
  const told = others.length === 0 ? "" : leftOut(`A page cannot show an output of type ${others.join(", ")}`);
  return told + preHtml(multiline(data["text/plain"]), "stdout");
}

function verdictsHtml(data: Data, page: PageState): string | undefined {
  const verdicts = parseClaims(data[claimsMime]);
  if (verdicts === undefined) return undefined;
  page.claims.push(verdicts);
  return `<section class="verdicts" id="${page.anchor(verdicts.id)}">${claimsHtml(verdicts)}</section>`;
}

function ownTableHtml(data: Data, page: PageState): string | undefined {
  const table = parseTable(data[tableMime]);
  if (table === undefined) return undefined;
  const thing = enter("table", table.id, table.caption, page);
  const html = tableHtml(table, { sortable: true, caption: `<span>${captionHtml(thing)}</span>` });
  const links = [
    download(`${thing.id}.csv`, "CSV", dataUri("text/csv;charset=utf-8", tableCsv(table))),
    download(`${thing.id}.json`, "JSON", dataUri("application/json", JSON.stringify(tableJson(table)))),
  ];
  return `<section class="table" id="${thing.id}">${regionHtml(thing, html)}${linksHtml(links)}</section>`;
}

/** An SVG, or a Vega-Lite specification, drawn here. */
async function graphicHtml(data: Data, label: OutputLabel, page: PageState): Promise<string | undefined> {
  const specKey = Object.keys(data).find((mime) => /^application\/vnd\.vegalite\.v\d+\+json$/.test(mime));
  if (data[svgMime] !== undefined) {
    const html = drawingHtml(multiline(data[svgMime]), label, page, data[specMime]);
    return (
      html ??
      leftOut("A drawing is left out: it is no SVG, or more than a browser can draw") +
        preHtml(multiline(data["text/plain"]), "stdout")
    );
  }
  if (specKey === undefined || rasterOf(data) !== undefined) return undefined;
  const caption = label.caption || "Figure of a Vega-Lite specification";
  const began = performance.now();
  try {
    const svg = await foreignFigureSvg(data[specKey] as FigureSpec, label.id || "figure", caption, page.drawingSeconds);
    return drawingHtml(svg, { id: label.id, caption }, page, data[specKey]);
  } catch (error) {
    return leftOut((error as Error).message.replace(/\.$/, "")) + preHtml(multiline(data["text/plain"]), "stdout");
  } finally {
    page.drawingSeconds -= (performance.now() - began) / 1000;
  }
}

const rasters = ["png", "jpeg", "gif", "webp"] as const;

function rasterOf(data: Data): { format: string; source: string } | undefined {
  for (const format of rasters) {
    const base64 = multiline(data[`image/${format}`]).replace(/\s/g, "");
    if (/^[A-Za-z0-9+/]+=*$/.test(base64)) return { format, source: `data:image/${format};base64,${base64}` };
  }
  return undefined;
}

function rasterHtml(data: Data, label: OutputLabel, page: PageState): string | undefined {
  const raster = rasterOf(data);
  return raster && pictureHtml(raster.source, raster.format.toUpperCase(), label, page);
}

function wordsHtml(data: Data, page: PageState): string | undefined {
  const html = multiline(data["text/html"]);
  if (html !== "") return frameHtml(html, page);
  const markdown = multiline(data["text/markdown"]);
  if (markdown !== "") return `<div class="markdown">${markdownHtml(markdown, page).html}</div>`;
  const latex = multiline(data["text/latex"]).trim();
  if (latex !== "") return `<div class="markdown">${markdownHtml(asFormula(latex), page).html}</div>`;
  const json = data["application/json"];
  return json === undefined ? undefined : preHtml(jsonText(json), "stdout");
}

/** Indented, unless it is nested so deeply that it would be mostly indentation. */
function jsonText(json: unknown): string {
  const dense = JSON.stringify(json);
  let [depth, deepest] = [0, 0];
  for (const sign of dense)
    if (sign === "[" || sign === "{") deepest = Math.max(deepest, ++depth);
    else if (sign === "]" || sign === "}") depth--;
  return deepest > 50 ? dense : JSON.stringify(json, null, 2);
}

/** LaTeX as Markdown: kernels send formulas with delimiters, words between them; bare TeX is displayed on its own line. */
function asFormula(latex: string): string {
  if (/^\\begin\{|(?<!\\)\$/.test(latex)) return latex;
  const [, tex = latex] = /^\\[([]([\s\S]*)\\[)\]]$/.exec(latex) ?? [];
  return `$$${tex}$$`;
}

function frameHtml(html: string, page: PageState): string {
  // The empty sandbox disables scripts, forms and navigation; the page's own policy also forbids every request.
  const made = htmlFrame(html, page.trusted);
  if (made === undefined) return leftOut("An HTML output is left out: it is nested too deeply");
  for (const code of made.code) page.trustedCode.push(code);
  if (made.leftOut.length === 0) return made.frame;
  return `${made.frame}${leftOut(`Left out of this HTML: ${made.leftOut.join(", ")}`)}`;
}

function preHtml(given: string, name: "stdout" | "stderr"): string {
  const text = plainText(given).trimEnd();
  return text.trim() === "" ? "" : `<pre class="stream ${name}" tabindex="0">${escapeHtml(text)}</pre>`;
}

function leftOut(reason: string): string {
  return `<p class="left-out">${escapeHtml(reason)}; the executed notebook has it.</p>`;
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}
