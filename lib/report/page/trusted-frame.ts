import { createHash } from "node:crypto";
import { Parser } from "htmlparser2";
import { escapeHtml } from "../escape";

/**
 * Runs before all else in a trusted frame. The policy's `webrtc 'block'`, which is meant for this, is not known to every
 * browser, and peer connections are the one way out that no other directive closes.
 */
const prelude = 'for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection"]) delete globalThis[name];';

/** HTML output of a notebook that was trusted by name: its scripts run, in a frame that reaches neither page nor network. */
export function trustedFrame(html: string): { frame: string; code: string[] } {
  const frame = `<iframe sandbox="allow-scripts" title="HTML output" srcdoc="${escapeHtml(`<script>${prelude}</script>${html}`)}"></iframe>`;
  return { frame, code: [prelude, ...codeOf(html)] };
}

/**
 * The policy's sources for the code of trusted frames: each script and handler by its hash, so that the page and its other
 * frames run no more than before.
 */
export function trustedSources(code: readonly string[]): string[] {
  const hashes = new Set(code.map((text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`));
  return hashes.size === 0 ? [] : ["'unsafe-hashes'", ...hashes];
}

/** The scripts and event handlers that stand in some HTML, as a browser reads them. */
function codeOf(html: string): string[] {
  const code: string[] = [];
  let script: string | undefined;
  const parser = new Parser({
    onopentag(name, attributes) {
      if (name === "script") script = "";
      for (const [key, value] of Object.entries(attributes)) if (/^on/i.test(key)) code.push(value);
    },
    ontext(text) {
      if (script !== undefined) script += text;
    },
    onclosetag(name) {
      if (name !== "script" || script === undefined) return;
      code.push(script);
      script = undefined;
    },
  });
  parser.end(html.replace(/\r\n?/g, "\n"));
  return code;
}
