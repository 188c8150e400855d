import { NjepaError } from "../../errors";
import { escapeHtml } from "../escape";
import type { FigureSpec } from "./figure-spec";
import { fieldsOf, isEmpty, withoutContainer, withoutLogScales } from "./figure-spec-checks";
import { figureTheme } from "./figure-theme";
import { darkInks } from "./palette";

/** Drawings are rendered one after another: Vega numbers clip paths with a counter that all drawings share. */
let last: Promise<unknown> = Promise.resolve();

/**
 * SVG text of a Vega-Lite specification: the same bytes every time, drawn with no canvas and no request.
 *
 * What Vega or Vega-Lite would only warn about (a channel they drop, a field missing from the data) is an error here,
 * because nobody reads a report's console.
 */
export function figureSvg(spec: FigureSpec, id: string, caption: string): Promise<string> {
  const drawing = last.then(() => draw(spec, id, caption));
  last = drawing.catch(() => undefined);
  return drawing;
}

async function draw(spec: FigureSpec, id: string, caption: string): Promise<string> {
  const vega = await import("vega");
  const vegaLite = await import("vega-lite");
  const complaints: string[] = [];
  const logger = listener((words) => {
    const complaint = complaintOf(words, spec);
    if (complaint !== undefined) complaints.push(complaint);
  });
  try {
    const compiled = vegaLite.compile(withoutContainer(isEmpty(spec) ? withoutLogScales(spec) : spec) as never, {
      config: figureTheme as never,
      logger: logger as never,
    });
    const loader = localLoader(vega.loader(), (refusal) => complaints.push(refusal));
    const view = new vega.View(vega.parse(compiled.spec), { renderer: "none", loader, logger: logger as never });
    await view.runAsync();
    vega.resetSVGDefIds();
    const svg = await view.toSVG();
    view.finalize();
    if (complaints.length > 0) throw new Error([...new Set(complaints)].join("; "));
    return label(svg, caption);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new NjepaError(`Figure "${id}" cannot be drawn: ${reason}. Check its specification (Vega-Lite 6).`, {
      cause,
    });
  }
}

/** The drawing with its label for screen readers and its colors for a dark screen. */
function label(svg: string, caption: string): string {
  const opening = /^<svg[^>]*>/.exec(svg)?.[0];
  if (opening === undefined) throw new Error("Vega gave back something that is not SVG");
  const bare = opening.replace(/ (?:role|aria-label)="[^"]*"/g, "").slice(0, -1);
  const named = `${bare} role="img" aria-label="${escapeHtml(caption)}">${darkInks()}`;
  return named + svg.slice(opening.length);
}

interface Loader {
  load(uri: string, options?: unknown): Promise<string>;
  sanitize(uri: string, options?: { context?: string }): Promise<{ href: string }>;
}

/** Addresses that a click opens without running anything. */
const link = /^(?:https?:\/\/|mailto:|#)/i;

function localLoader<T extends object>(base: T, complain: (refusal: string) => void): T & Loader {
  const refuse = (uri: string) =>
    new Error(`it asks for ${uri.slice(0, 200)}, and figures fetch nothing: put the data in the specification`);
  return Object.assign(base, {
    async load(uri: string) {
      if (!uri.startsWith("data:")) throw refuse(uri);
      return (await fetch(uri)).text();
    },
    // A rejection would end the process, because Vega does not handle it.
    async sanitize(uri: string, options?: { context?: string }) {
      if (options?.context === "href" ? link.test(uri) : /^data:image\//.test(uri)) return { href: uri };
      complain(options?.context === "href" ? `its link ${uri.slice(0, 200)} is no web address` : refuse(uri).message);
      return { href: "" };
    },
    async http(uri: string): Promise<string> {
      throw refuse(uri);
    },
    async file(uri: string): Promise<string> {
      throw refuse(uri);
    },
  });
}

function listener(hear: (words: string) => void) {
  const note = (...words: readonly unknown[]) => {
    hear(words.map((word) => (word instanceof Error ? word.message : String(word))).join(" "));
    return logger;
  };
  const logger = { level: () => logger, error: note, warn: note, info: () => logger, debug: () => logger };
  return logger;
}

/** The fault behind a warning from Vega, in terms of the data; undefined if it does not matter in a static drawing. */
function complaintOf(warning: string, spec: FigureSpec): string | undefined {
  if (warning.startsWith("Can not resolve event source")) return undefined;
  const field = /^Infinite extent for field "(.*?)"/.exec(warning)?.[1];
  if (field === undefined) return warning;
  if (isEmpty(spec)) return undefined;
  const fields = fieldsOf(spec);
  return fields.includes(field) || fields.length === 0
    ? `the field "${field}" has no value in any row`
    : `no row has the field "${field}"; there are ${fields.map((name) => `"${name}"`).join(", ")}`;
}
