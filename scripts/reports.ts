/** Re-run notebooks on the njepa kernel and write one HTML page each.  Exit 0 all ran, 1 one did not, 2 bad usage. */
import { parseArgs } from "node:util";
import { chooseNotebooks } from "./report-choice";
import { runReports } from "./report-run";

const options = {
  set: {
    type: "string",
    multiple: true,
    description: "KEY=VALUE for the cell tagged `parameters`; VALUE as JSON or text",
  },
  out: { type: "string", default: "reports", description: "folder for the pages" },
  timeout: { type: "string", default: "3600", description: "seconds that one notebook may take" },
  "cell-timeout": { type: "string", default: "1800", description: "seconds that one cell may take" },
  "keep-going": { type: "boolean", description: "run the other notebooks when one fails (the default)" },
  stop: { type: "boolean", description: "stop at the first notebook that fails" },
  help: { type: "boolean", short: "h", description: "print this text" },
} as const;

const usage = `npm run reports -- [NOTEBOOK…] [options]

  NOTEBOOK   a file, or a part of a name in notebooks/; all of them unless told

${Object.entries(options)
  .map(([name, it]) => `  --${name.padEnd(14)}${it.description}${"default" in it ? ` [${it.default}]` : ""}`)
  .join("\n")}`;

class UsageError extends Error {}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (values.help) return print(usage);
  if (values.stop && values["keep-going"]) throw new UsageError("--stop and --keep-going exclude each other");
  return await runReports({
    notebooks: await chooseNotebooks(positionals, "notebooks"),
    parameters: Object.fromEntries((values.set ?? []).map(parameter)),
    out: values.out,
    timeout: seconds("timeout", values.timeout),
    cellTimeout: seconds("cell-timeout", values["cell-timeout"]),
    stop: values.stop ?? false,
  });
}

function parameter(text: string): [string, unknown] {
  const at = text.indexOf("=");
  if (at < 1) throw new UsageError(`--set expects KEY=VALUE, got ${text}`);
  const value = text.slice(at + 1);
  try {
    return [text.slice(0, at), JSON.parse(value)];
  } catch {
    return [text.slice(0, at), value];
  }
}

function seconds(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new UsageError(`--${name} expects seconds above 0, got ${text}`);
  return value;
}

function print(text: string): 0 {
  process.stdout.write(`${text}\n`);
  return 0;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: NodeJS.ErrnoException) => {
    // parseArgs, our usage errors and the library's own say all there is to say; anything else keeps its stack.
    const badUsage = error instanceof UsageError || error.code?.startsWith("ERR_PARSE_ARGS") === true;
    if (badUsage) process.stderr.write(`${error.message}\n\n${usage}\n`);
    else if (["CliError", "ConfigError", "DecodeError", "NjepaError"].includes(error.name))
      process.stderr.write(`${error.message}\n`);
    else console.error(error);
    process.exitCode = badUsage || ["CliError", "ConfigError"].includes(error.name) ? 2 : 1;
  },
);
