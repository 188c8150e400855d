import { type Command, Option } from "commander";
import type { Option as Given, Options } from "./definition";

/** The commander command, with the options of a table added. */
export function addOptions(program: Command, options: Options): Command {
  for (const [name, it] of Object.entries(options)) program.addOption(optionOf(name, it));
  return program;
}

/** The given values under the table's own names, which commander spells differently. */
export function valuesOf(options: Options, program: Command): Record<string, unknown> {
  const given = program.opts();
  return Object.fromEntries(
    Object.keys(options).map((name) => {
      const option = program.options.find((one) => one.long === `--${name}`) as Option;
      const value = given[option.attributeName()];
      return [name, option.negate ? !value : value];
    }),
  );
}

function optionOf(name: string, it: Given): Option {
  const takes = it.type === "boolean" ? "" : ` <${it.value ?? "VALUE"}>`;
  const option = new Option(`--${name}${takes}`, it.description);
  if (it.default !== undefined) option.default(it.default);
  if (it.multiple) option.argParser((word: string, before: string[] = []) => [...before, word]);
  else if (it.values && !it.commas) option.choices([...it.values]);
  return option;
}
