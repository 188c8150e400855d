import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { listSettings } from "../config";
import { CliError } from "../errors";
import { checkoutFolder, compiledFile } from "../system";

/**
 * The settings of a part of a run, or of all of it, as lines or as JSON; their meanings come from docs/method.md.
 *
 * @throws {CliError} when no setting has that name
 */
export function settingsText(part: string | undefined, asJson: boolean): string {
  const settings = listSettings(part);
  if (settings.length === 0) {
    const parts = [...new Set(listSettings().map(({ name }) => name.split(".")[0]))].join(", ");
    throw new CliError(`--list-settings expects one of ${parts}, or a setting's name, got ${part}`);
  }
  const meanings = readMeanings();
  const told = settings.map((setting) => ({ ...setting, means: meanings.get(setting.name) ?? "" }));
  if (asJson) return JSON.stringify(told, null, 2);
  return told
    .map(({ name, default: value, values, unit, means }) => {
      const choice = values === null ? "" : ` (${values.join(" | ")})`;
      return `${name}${unit === null ? "" : ` (${unit})`} = ${value}${choice}${means === "" ? "" : `\n    ${means}`}`;
    })
    .join("\n");
}

/** Meanings by setting: the last column of the page's tables, without Markdown markup. */
function readMeanings(): Map<string, string> {
  // In the package it is beside the compiled files.
  const page = join(checkoutFolder() ?? dirname(compiledFile()), "docs/method.md");
  const text = existsSync(page) ? readFileSync(page, "utf8") : "";
  const rows = [...text.matchAll(/^\| `([\w.]+)` \| [^|]+ \| (.+) \|$/gm)];
  return new Map(
    rows.map(([, name, means]) => [
      name as string,
      (means as string).replace(/\[([^\]]+)\]\([^)]*\)/g, "$1").replace(/[`*]/g, ""),
    ]),
  );
}
