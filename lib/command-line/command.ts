import { type ParseArgsConfig, parseArgs } from "node:util";
import { CliError, ConfigError, NjepaError } from "../errors";

type Options = Record<string, NonNullable<ParseArgsConfig["options"]>[string] & { description: string }>;
type Values<O extends Options> = ReturnType<typeof parseArgs<{ options: O; allowPositionals: true }>>["values"];

export interface Command<O extends Options> {
  /** The words after `npm run`, and what follows them: `reports -- [NOTEBOOK…]`. */
  synopsis: string;
  /** What the positional words mean, one line each, and anything else worth a line. */
  about?: string;
  options: O;
  /** Returns the exit code: 0 unless told otherwise. */
  run(values: Values<O>, words: string[]): Promise<number | undefined> | number | undefined;
}

/**
 * Parse the process's arguments, run, and set the exit code: the command's own; 2 with the usage for bad usage
 * (`CliError`, an unknown option), 2 for bad settings, 1 for our other errors, told by their message alone. Any other
 * error keeps its stack.
 */
export function command<O extends Options>(it: Command<O>): void {
  const options = { ...it.options, help: { type: "boolean", short: "h", description: "print this text" } } as const;
  const usage = usageText(it, options);
  async function main(): Promise<number> {
    const { values, positionals } = parseArgs({ args: process.argv.slice(2), options, allowPositionals: true });
    if ((values as { help?: boolean }).help) return print(usage);
    return (await it.run(values as Values<O>, positionals)) ?? 0;
  }
  // Whoever read what we say may go; the work goes on, and the exit code tells how it ended.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  main().then(
    (code) => {
      process.exitCode = code;
    },
    (error: NodeJS.ErrnoException) => {
      const badUsage = error instanceof CliError || error.code?.startsWith("ERR_PARSE_ARGS") === true;
      if (badUsage) process.stderr.write(`${error.message}\n\n${usage}\n`);
      else if (error instanceof NjepaError) process.stderr.write(`${error.message}\n`);
      else console.error(error);
      process.exitCode = badUsage || error instanceof ConfigError ? 2 : 1;
    },
  );
}

function usageText(it: Pick<Command<Options>, "synopsis" | "about">, options: Options): string {
  const width = Math.max(...Object.keys(options).map((name) => name.length)) + 2;
  const lines = Object.entries(options).map(([name, { description, default: value }]) => {
    const fallback = value === undefined || value === false ? "" : ` [${String(value)}]`;
    return `  --${name.padEnd(width)}${description}${fallback}`;
  });
  return [`${invocation(it.synopsis)} [options]`, ...(it.about ? ["", it.about] : []), "", ...lines].join("\n");
}

/** How a person typed it: `npm run train -- --out DIR` in the checkout, `njepa train --out DIR` elsewhere. */
function invocation(synopsis: string): string {
  return process.env.npm_lifecycle_event === synopsis.split(" ")[0]
    ? `npm run ${synopsis}`
    : `njepa ${synopsis.replace(/ --(?= |$)/, "")}`;
}

/** Print text and a line end; the exit code of a command that has said what it was asked. */
export function print(text: string): 0 {
  process.stdout.write(`${text}\n`);
  return 0;
}
