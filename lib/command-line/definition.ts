/** One option of a command, as data: what is typed, what it means, what it may be. */
export interface Option {
  type: "string" | "boolean";
  description: string;
  /** Its value where it is not given. */
  default?: string;
  /** It may be given several times. */
  multiple?: boolean;
  /** What stands for its value in the help: `DIR`, `SECONDS`. */
  value?: string;
  /** The words that it may be. */
  values?: readonly string[];
  /** Several of `values`, separated by commas. */
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

/** A verb of `njepa`, or a script of the checkout. */
export interface Command<O extends Options = Options> {
  name: string;
  /** Says in one line what it does. */
  says: string;
  /** The words after the options, as the help shows them: `[NOTEBOOK…]`. */
  words?: string;
  /** What the first word may be, where it is one of a list. */
  verbs?: readonly string[];
  /** What the words mean, and anything else worth a line; asked for when the help is printed. */
  about?: string | (() => string);
  options: O;
  /** Returns the exit code: 0 unless told otherwise. */
  run(values: Values<O>, words: string[]): Promise<number | undefined> | number | undefined;
}

/** Every command with results prints them as one JSON object when it is asked to. */
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
