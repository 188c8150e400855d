import { presets } from "../config";

/** What each preset is for and what training it costs, one line each. */
export function presetLines(): string {
  return Object.entries(presets)
    .map(([name, { purpose, time, machine }]) => `  ${name.padEnd(13)}${purpose} (${time}; ${machine})`)
    .join("\n");
}
