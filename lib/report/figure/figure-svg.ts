import { NjepaError } from "../../errors";
import { escapeHtml } from "../escape";
import type { FigureSpec } from "./figure-spec";
import { figureTheme } from "./figure-theme";
import { darkInks } from "./palette";

/** Renderings happen one after another: Vega numbers its clip paths in a counter that all drawings share. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Draws a Vega-Lite specification as SVG text, the same bytes every time, with no canvas and no request.
 *
 * What Vega or Vega-Lite would only warn about (a channel they drop, a field that is nowhere in the data) is an
 * error here, because in a report nobody reads the console.
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
  const logger = listener(complaints);
  try {
    const compiled = vegaLite.compile(spec as never, { config: figureTheme as never, logger: logger as never });
    const loader = localLoader(vega.loader());
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

/** Gives the drawing its name for people who hear it, and its colors for a dark screen. */
function label(svg: string, caption: string): string {
  const opening = /^<svg[^>]*>/.exec(svg)?.[0];
  if (opening === undefined) throw new Error("Vega gave back something that is not SVG");
  const bare = opening.replace(/ (?:role|aria-label)="[^"]*"/g, "").slice(0, -1);
  const named = `${bare} role="img" aria-label="${escapeHtml(caption)}">${darkInks()}`;
  return named + svg.slice(opening.length);
}

interface Loader {
  load(uri: string, options?: unknown): Promise<string>;
  sanitize(uri: string, options?: unknown): Promise<{ href: string }>;
}

function localLoader<T extends object>(base: T): T & Loader {
  const refuse = (uri: string) =>
    new Error(`it asks for ${uri.slice(0, 200)}, and figures fetch nothing: put the data in the specification`);
  return Object.assign(base, {
    async load(uri: string) {
      if (!uri.startsWith("data:")) throw refuse(uri);
      return (await fetch(uri)).text();
    },
    async sanitize(uri: string) {
      if (!uri.startsWith("data:")) throw refuse(uri);
      return { href: uri };
    },
    async http(uri: string): Promise<string> {
      throw refuse(uri);
    },
    async file(uri: string): Promise<string> {
      throw refuse(uri);
    },
  });
}

function listener(complaints: string[]) {
  const note = (...words: readonly unknown[]) => {
    complaints.push(words.map((word) => (word instanceof Error ? word.message : String(word))).join(" "));
    return logger;
  };
  const logger = { level: () => logger, error: note, warn: note, info: () => logger, debug: () => logger };
  return logger;
}
