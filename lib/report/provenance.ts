import { isPlainObject } from "../plain-object";
import { formatSeconds } from "../system";
import type { Displayable } from "./displayable";
import { escapeHtml } from "./escape";
import { labelMetadata } from "./label";
import { formatTime } from "./notebook-result";

export const provenanceMime = "application/vnd.njepa.provenance+json";

/** What someone needs to know to reproduce the page. What is omitted is shown as not known. */
export interface Provenance {
  readonly commit?: string | undefined;
  /** Whether the working tree had no uncommitted changes. */
  readonly clean?: boolean | undefined;
  readonly version?: string | undefined;
  /** SHA-256 of the lockfile. */
  readonly lockfile?: string | undefined;
  readonly node?: string | undefined;
  readonly tensorflow?: string | undefined;
  readonly device?: string | undefined;
  /** Name and fingerprint of the data. */
  readonly data?: string | undefined;
  readonly seeds?: readonly number[] | undefined;
  /** The settings that the numbers come from, as plain JSON: a parsed run, or several by name. */
  readonly config?: object | undefined;
  /** Processor, cores, memory, system. */
  readonly machine?: string | undefined;
  /** The values given for the notebook's parameters. */
  readonly parameters?: object | undefined;
  /** Seconds that the execution took, and peak bytes of its kernel. */
  readonly seconds?: number | undefined;
  readonly peakBytes?: number | undefined;
  /** ISO 8601. */
  readonly started?: string | undefined;
  readonly finished?: string | undefined;
}

const labels: Readonly<Record<keyof Provenance, string>> = {
  commit: "Commit",
  clean: "Working tree",
  version: "njepa",
  lockfile: "Lockfile (SHA-256)",
  node: "Node",
  tensorflow: "TensorFlow",
  device: "Device",
  data: "Data",
  seeds: "Seeds",
  parameters: "Parameters",
  machine: "Machine",
  seconds: "Time",
  peakBytes: "Memory, most",
  started: "Started",
  finished: "Finished",
  config: "Settings",
};
const names = Object.keys(labels) as (keyof Provenance)[];

/**
 * A displayable of what only the notebook knows about its own run: engine, device, data, seeds. A page gathers these
 * from all cells and puts them at its foot; in JupyterLab they are shown as lines of text.
 */
export function provenance(facts: Provenance): Displayable {
  const text = () =>
    names
      .filter((name) => facts[name] !== undefined)
      .map((name) => `${labels[name]}: ${words(facts, name)}`)
      .join("\n");
  const label = { id: "provenance", caption: "Where the numbers of this notebook come from" };
  return {
    metadata: labelMetadata(label, "provenance"),
    toText: text,
    toMimeBundle: async () => ({ [provenanceMime]: JSON.parse(JSON.stringify(facts)), "text/plain": text() }),
  };
}

/** Type checks for the facts that are not text. */
const kinds: { readonly [name in keyof Provenance]?: (value: unknown) => boolean } = {
  clean: (value) => typeof value === "boolean",
  seeds: (value) => Array.isArray(value) && value.every((seed) => typeof seed === "number"),
  seconds: (value) => typeof value === "number",
  peakBytes: (value) => typeof value === "number",
  config: isPlainObject,
  parameters: isPlainObject,
};

/** Facts that only a notebook's cells know. Everything else is for whoever executed it to report. */
const told = new Set<keyof Provenance>(["tensorflow", "device", "data", "seeds", "config"]);

/** Facts from JSON that a cell may have written: only those a notebook may report, with values of the right type. */
export function readProvenance(json: unknown): Provenance {
  if (typeof json !== "object" || json === null) return {};
  const facts: Record<string, unknown> = {};
  for (const name of told) {
    const value = (json as Record<string, unknown>)[name];
    const fits = kinds[name] === undefined ? typeof value === "string" : kinds[name](value);
    if (fits) facts[name] = value;
  }
  return facts as Provenance;
}

/** @param among the facts to list; those that nobody reported are named at the end */
export function provenanceHtml(facts: Provenance, among: readonly (keyof Provenance)[] = names): string {
  const known = among.filter((name) => words(facts, name) !== undefined);
  const unknown = among.filter((name) => words(facts, name) === undefined).map((name) => labels[name]);
  const rows = known.map((name) => {
    if (name === "config" && facts.config !== undefined) return configHtml(facts.config);
    return `<div><dt>${labels[name]}</dt><dd>${escapeHtml(words(facts, name) ?? "")}</dd></div>`;
  });
  if (unknown.length > 0)
    rows.push(`<div class="unknown"><dt>Not known</dt><dd>${escapeHtml(unknown.join(", "))}</dd></div>`);
  return `<dl class="provenance">${rows.join("")}</dl>`;
}

/** The settings, folded and at full width because they are long. */
function configHtml(config: object): string {
  const text = escapeHtml(JSON.stringify(config, null, 2));
  return `<div class="settings"><dt>${labels.config}</dt><dd><details><summary>show as JSON</summary><pre tabindex="0">${text}</pre></details></dd></div>`;
}

function words(facts: Provenance, name: keyof Provenance): string | undefined {
  const { clean, seeds, seconds, peakBytes } = facts;
  if (name === "clean" && clean !== undefined) return clean ? "clean" : "changed since the commit";
  if (name === "seeds") return seeds?.join(", ");
  if (name === "seconds" && seconds !== undefined) return formatSeconds(seconds);
  if (name === "peakBytes" && peakBytes !== undefined) return `${(peakBytes / 2 ** 20).toFixed(0)} MiB`;
  if (name === "config" || name === "parameters") return facts[name] && JSON.stringify(facts[name]);
  if (name === "started" || name === "finished") return facts[name] && formatTime(facts[name]);
  return facts[name]?.toString();
}
