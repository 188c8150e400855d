import { createHash } from "node:crypto";
import { Parser } from "htmlparser2";
import { escapeHtml } from "../escape";
import { frameLosses, unframedElements, voidFrameElements } from "./html-vocabulary";

/** HTML of an output in its own frame. */
export interface HtmlFrame {
  readonly frame: string;
  /** The scripts and handlers that may run in it. */
  readonly code: readonly string[];
  /** What was removed that a reader would miss, in words. */
  readonly leftOut: readonly string[];
}

/**
 * Runs before anything else in a trusted frame. Not every browser knows the policy's `webrtc 'block'`, which is meant
 * for this, and peer connections are the one way out that no other directive closes.
 */
const prelude = 'for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection"]) delete globalThis[name];';

/** Deepest nesting of elements; beyond it parsers slow down and browsers stop laying out. */
const deepest = 500;

/**
 * HTML in a frame that reaches neither page nor network, rebuilt without frames, style sheet links and page settings:
 * the policy forbids what those would load, but Chromium connects to a frame's address before it consults the policy.
 *
 * @param trusted whether its scripts run, because a person trusted the notebook by name
 * @returns undefined if it is nested too deeply to be checked
 */
export function htmlFrame(html: string, trusted: boolean): HtmlFrame | undefined {
  const rebuilt = rebuild(html, trusted);
  if (rebuilt === undefined) return undefined;
  const before = trusted ? `<script>${prelude}</script>` : "";
  const sandbox = trusted ? "allow-scripts" : "";
  return {
    frame: `<iframe sandbox="${sandbox}" title="HTML output" srcdoc="${escapeHtml(before + rebuilt.html)}"></iframe>`,
    code: trusted ? [prelude, ...rebuilt.code] : [],
    leftOut: rebuilt.leftOut,
  };
}

/**
 * The policy's sources for code in trusted frames: each script and handler by its hash, so that the page and its other
 * frames run nothing more than before.
 */
export function trustedSources(code: readonly string[]): string[] {
  const hashes = new Set(code.map((text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`));
  return hashes.size === 0 ? [] : ["'unsafe-hashes'", ...hashes];
}

function rebuild(html: string, trusted: boolean): { html: string; code: string[]; leftOut: string[] } | undefined {
  const out: string[] = [];
  const code: string[] = [];
  const leftOut = new Set<string>();
  const open: string[] = [];
  let swallowed = 0;
  /** Text of a script or style sheet, in which entities are not decoded. */
  let raw = "";

  const isForeign = () => open.includes("svg") || open.includes("math");
  const isLeftOut = (name: string) =>
    unframedElements.has(name) || (name === "script" && (!trusted || isForeign())) || (trusted && name === "noscript");
  const start = (name: string, attributes: Record<string, string>) => {
    if (open.push(name) > deepest) throw new TooDeep();
    if (swallowed > 0 || isLeftOut(name)) {
      if (frameLosses[name] !== undefined) leftOut.add(frameLosses[name]);
      swallowed++;
      return;
    }
    raw = "";
    const written = Object.entries(attributes).filter(([key]) => /^[a-z_:][-\w:.]*$/i.test(key));
    for (const [key, value] of written) if (/^on/i.test(key)) code.push(value);
    out.push(`<${name}${written.map(([key, value]) => ` ${key}="${escapeHtml(value)}"`).join("")}>`);
  };
  const end = (name: string) => {
    open.pop();
    if (swallowed > 0) {
      swallowed--;
      return;
    }
    if (voidFrameElements.has(name)) return;
    if (name === "script") {
      if (/<\/script/i.test(raw)) raw = "";
      code.push(raw);
      out.push(raw);
    } else if (name === "style") out.push(raw.replaceAll("<!--", "").replaceAll("<", "\\3c "));
    out.push(`</${name}>`);
  };
  const words = (text: string) => {
    if (swallowed > 0) return;
    if (["script", "style"].includes(open.at(-1) ?? "")) raw += text;
    else out.push(escapeHtml(text));
  };
  try {
    const parser = new Parser({ onopentag: start, onclosetag: end, ontext: words });
    parser.end(html.replace(/\r\n?/g, "\n"));
  } catch (error) {
    if (error instanceof TooDeep) return undefined;
    throw error;
  }
  return { html: out.join(""), code, leftOut: [...leftOut] };
}

class TooDeep extends Error {}
