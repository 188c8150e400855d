import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Chromium's program on this machine, or undefined. */
export const chromiumPath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((it) =>
  existsSync(it),
);
if (chromiumPath === undefined) console.warn("skipped: no Chromium in /usr/bin (apt-get install chromium)");

const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Chromium without a window, which asks nobody for anything by itself. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath ?? "", headless: true, args });
}
