/** One option of a command, as data: its name, its meaning, its possible values. */
export interface Option {
  type: "string" | "boolean";
  description: string;
  /** Its value if not given. */
  default?: string;
  /** It may be given several times. */
  multiple?: boolean;
  /** The placeholder for its value in the help: `DIR`, `SECONDS`. */
  value?: string;
  /** The values that it accepts. */
  values?: readonly string[];
  /** It accepts several of `values`, separated by commas. */
  commas?: boolean;
}

export type Options = Record<string, Option>;

type ValueOf<O extends Option> = O["type"] extends "boolean"
  ? boolean | undefined
  : O extends { multiple: true }
    ? string[] | undefined
    : O extends { default: string }
      ? string
      : string | undefined;

export type Values<O extends Options> = { [Name in keyof O]: ValueOf<O[Name]> };

/** A verb of `njepa` or a script of the checkout. */
export interface Command<O extends Options = Options> {
  name: string;
  /** What it does, in one line. */
  says: string;
  /** The words after the options, as the help shows them: `[NOTEBOOK…]`. */
  words?: string;
  /** The possible first words, if they are a fixed list. */
  verbs?: readonly string[];
  /** What the words mean, and anything else worth a line; evaluated when the help is printed. */
  about?: string | (() => string);
  options: O;
  /** Runs the command and returns the exit code. Default: 0. */
  run(values: Values<O>, words: string[]): Promise<number | undefined> | number | undefined;
}

/** The option `--json`: every command with results can print them as one JSON object. */
export const json = { type: "boolean", description: "print one JSON object, an error too" } as const satisfies Option;

export const config = {
  type: "string",
  value: "FILE",
  description: "settings from a JSON file, or what a .ts or .js file exports by default; --set lies over it",
} as const satisfies Option;

export const device = {
  type: "string",
  default: "auto",
  value: "DEVICE",
  description: "auto, cpu, gpu, or one of several: gpu:1",
} as const satisfies Option;
