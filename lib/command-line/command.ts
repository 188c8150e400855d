import { CommanderError, Command as Program } from "commander";
import { CliError, ConfigError, NjepaError } from "../errors";
import { printable } from "../printable";
import { systemErrorWords } from "../system";
import type { Command, Options, Values } from "./definition";
import { addOptions, valuesOf } from "./options";
import { painted } from "./paint";
import { wrapped } from "./wrap";

/**
 * The command as defined; it runs with the process's arguments if its file is the program.
 *
 * @param own the file's `module`
 */
export function command<const O extends Options>(own: NodeModule, it: Command<O>): Command<O> {
  if (require.main === own) void main(it, process.argv.slice(2));
  return it;
}

/**
 * Parses the words, runs the command, and sets the process's exit code: the command's own; 2 with a hint for bad usage
 * and bad settings; 1 for our other errors and the system's (a full disk, no permission), of which only the message is
 * printed. Any other error keeps its stack. With
 * `--json` an error is also printed as an object.
 */
export async function main<O extends Options>(it: Command<O>, words: readonly string[]): Promise<void> {
  process.stdout.on("error", lost);
  process.stderr.on("error", () => {});
  try {
    process.exitCode = (await parse(it, words)) ?? 0;
  } catch (error) {
    process.exitCode = tell(error as Error, it.name, words.includes("--json"));
  }
}

/**
 * The reader of our output may go away: the work continues, and the exit code tells how it ended. Output that a disk did
 * not take is a failure, since what is there would pass for whole.
 */
function lost(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") return;
  process.once("exit", (code) => {
    process.exitCode = code === 0 ? 1 : code;
  });
  process.stderr.write(`error: ${systemErrorWords(error, "write the output") ?? error.message}\n`);
}

/** A command line's words as the arguments of the command's `run`. @throws {CliError} for bad usage */
export async function parse<O extends Options>(
  it: Command<O>,
  words: readonly string[],
  run: Command<O>["run"] = it.run,
): Promise<number | undefined> {
  let code: number | undefined;
  const program = programOf(it).action(async (...given: unknown[]) => {
    const { args } = given.at(-1) as Program;
    code = await run(valuesOf(it.options, program) as Values<O>, args);
  });
  try {
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    throw new CliError(error.message.replace(/^error: /, ""));
  }
  return code;
}

/** The command as a commander program. */
export function programOf(it: Command<Options>): Program {
  const { about } = it;
  const program = new Program(invocation(it.name))
    .usage(`[options] ${it.words ?? ""}`.trim())
    .description(it.says)
    .allowExcessArguments(false)
    .helpOption("-h, --help", "print this text")
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .configureHelp({ visibleArguments: () => [] });
  if (it.words !== undefined) program.argument("[words...]");
  if (about !== undefined)
    program.addHelpText("after", () => `\n${wrapped(typeof about === "string" ? about : about())}`);
  return addOptions(program, it.options);
}

/** Exit code 0, after printing text and a newline. */
export function print(text: string): 0 {
  process.stdout.write(`${printable(text)}\n`);
  return 0;
}

/** The command as a person typed it: through npm's script, or as `njepa train`. */
function invocation(name: string): string {
  return process.env.npm_lifecycle_event === name ? `npm run ${name} --` : `njepa ${name}`;
}

function tell(error: NodeJS.ErrnoException, name: string, asJson: boolean): number {
  const isUsage = error instanceof CliError;
  const words = error instanceof NjepaError ? error.message : systemErrorWords(error);
  if (asJson) print(JSON.stringify({ error: { name: error.name, message: words ?? error.message } }, null, 2));
  if (words === null) console.error(error);
  else process.stderr.write(`${painted("red", "error", process.stderr)}: ${printable(words)}\n`);
  if (isUsage) process.stderr.write(`\n\`${invocation(name)} --help\` lists what it takes.\n`);
  return isUsage || error instanceof ConfigError ? 2 : 1;
}
