import { assignments } from "../command-line";
import { layOver } from "../config";

type Settings = Record<string, unknown>;

/**
 * `a.b=1` words as settings, `{ a: { b: 1 } }`; a later word lies over earlier ones.
 *
 * @throws {CliError} for a word without a name
 */
export function givenSettings(words: readonly string[] = []): Settings {
  const each = words.flatMap((word) => Object.entries(assignments([word], "set")));
  return each.reduce<Settings>((all, [path, value]) => layOver(all, nested(path.split("."), value)), {});
}

function nested(names: readonly string[], value: unknown): Settings {
  return names.reduceRight((inner, name) => ({ [name]: inner }), value) as Settings;
}
