#!/usr/bin/env node
/** One command with the library's verbs, each in a file of its own.  Exit code: the verb's. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command as Program } from "commander";
import { type Command, main, wrapped } from "njepa/command-line";

/** In the order in which a newcomer needs them. A verb's file is loaded on demand. */
const verbs: Record<string, string> = {
  setup: "find or fetch TensorFlow and the data",
  doctor: "say what is here, what is missing, and how to get it",
  new: "make a folder with a notebook, settings and a README for your own images",
  data: "look into a data set: counts, sizes, classes, broken files",
  train: "train a run in a folder, or go on with it",
  probe: "probe a run's features with few labels and all",
  study: "run the tables of the paper, or one of your own",
  reports: "execute notebooks into HTML pages",
  kernel: "install, list or remove the Jupyter kernel",
  completion: "print the completion script of bash, zsh or fish",
  bench: "measure beside peers; works in the checkout",
};

const { version } = JSON.parse(readFileSync(require.resolve("njepa/package.json"), "utf8")) as { version: string };

const notes = `\`njepa VERB --help\` lists a verb's options, \`njepa train --list-settings\` every setting.

Exit codes: 0 done, 1 failed, 2 bad usage or settings, 128 + N stopped by signal N.
NO_COLOR turns colors off; where no terminal is, progress is told in plain lines.`;

const program = new Program("njepa")
  .description("N-JEPA (arXiv 2507.15216), unofficial: train, probe, study and report.")
  .version(version)
  .helpCommand(false)
  .enablePositionalOptions()
  .showSuggestionAfterError()
  .configureHelp({ subcommandTerm: (verb) => verb.name() })
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .addHelpText(
    "after",
    () =>
      `\nPresets:\n${wrapped((require("njepa/verbs/preset-lines") as typeof import("njepa/verbs/preset-lines")).presetLines())}\n\n${wrapped(notes)}`,
  );
for (const [verb, says] of Object.entries(verbs))
  program
    .command(verb)
    .description(says)
    .argument("[words...]")
    .usage("")
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action((words: string[]) => main(verbOf(verb), words));
program
  .command("help [verb]", { hidden: true })
  .action((verb?: string) =>
    verb !== undefined && Object.hasOwn(verbs, verb) ? main(verbOf(verb), ["--help"]) : program.help(),
  );

function verbOf(name: string): Command {
  return require(join(__dirname, `${name}.js`)).default;
}

void program.parseAsync();
