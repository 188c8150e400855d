import type { Displayable } from "./displayable";
import { escapeHtml } from "./escape";
import { labelMetadata } from "./label";

export const provenanceMime = "application/vnd.njepa.provenance+json";

/** What someone needs to know to make the same page again. What is left out is shown as not known. */
export interface Provenance {
  readonly commit?: string | undefined;
  /** Whether the working tree had nothing beyond the commit. */
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
  started: "Started",
  finished: "Finished",
};
const names = Object.keys(labels) as (keyof Provenance)[];

/**
 * What only the notebook knows about its own run: engine, device, data, seeds. A page gathers these from all cells
 * and puts them at its foot; in JupyterLab they are shown as lines of text.
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

/** Facts out of JSON that anyone may have written: known names with values of the right type, all else dropped. */
export function readProvenance(json: unknown): Provenance {
  if (typeof json !== "object" || json === null) return {};
  const facts: Record<string, unknown> = {};
  for (const name of names) {
    const value = (json as Record<string, unknown>)[name];
    const fits =
      name === "clean"
        ? typeof value === "boolean"
        : name === "seeds"
          ? Array.isArray(value) && value.every((seed) => typeof seed === "number")
          : typeof value === "string";
    if (fits) facts[name] = value;
  }
  return facts as Provenance;
}

/** @param among the facts to list; the ones that nobody told stand there as not known */
export function provenanceHtml(facts: Provenance, among: readonly (keyof Provenance)[] = names): string {
  const rows = among.map((name) => {
    const text = words(facts, name);
    const value = text === undefined ? '<span class="unknown">not known</span>' : escapeHtml(text);
    return `<div><dt>${labels[name]}</dt><dd>${value}</dd></div>`;
  });
  return `<dl class="provenance">${rows.join("")}</dl>`;
}

function words(facts: Provenance, name: keyof Provenance): string | undefined {
  if (name === "clean" && facts.clean !== undefined) return facts.clean ? "clean" : "changed since the commit";
  if (name === "seeds") return facts.seeds?.join(", ");
  return facts[name]?.toString();
}
