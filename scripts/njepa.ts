#!/usr/bin/env node
/** One command with the library's verbs; each is a script of its own, run with its words. Exit code: the verb's. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";

const verbs = {
  setup: "find or fetch TensorFlow and the data",
  doctor: "say what is here, what is missing, and how to get it",
  data: "look into a data set: counts, sizes, classes, broken files",
  train: "train a run in a folder, or go on with it",
  probe: "probe a run's features with few labels and all",
  study: "run the tables of the paper, or one of your own",
  reports: "execute notebooks into HTML pages",
  kernel: "install, list or remove the Jupyter kernel",
  bench: "measure beside peers; works in the checkout",
} as const;

const { version } = JSON.parse(readFileSync(require.resolve("njepa/package.json"), "utf8")) as { version: string };

const notes = `\`njepa VERB --help\` lists a verb's options, \`njepa train --list-settings\` every setting.
Exit codes: 0 done, 1 failed, 2 bad usage or settings, 128 + N stopped by signal N.`;

/** What each preset is for, and what a training costs. */
function presetLines(): string {
  // The library is loaded for help alone: a verb is a process of its own.
  const { presets } = require("njepa") as typeof import("njepa");
  return Object.entries(presets)
    .map(([name, { purpose, time, machine }]) => `  ${name.padEnd(12)}${purpose} (${time}; ${machine})`)
    .join("\n");
}

const program = new Command("njepa")
  .description("N-JEPA (arXiv 2507.15216), unofficial: train, probe, study and report.")
  .version(version)
  .showSuggestionAfterError()
  .exitOverride(({ code, exitCode }) => {
    const isVerbs = code === "commander.executeSubCommandAsync";
    process.exit(isVerbs || exitCode === 0 ? exitCode : 2);
  })
  .addHelpText("after", () => `\nPresets:\n${presetLines()}\n\n${notes}`);
for (const [verb, says] of Object.entries(verbs))
  program.command(`${verb} [words...]`, says, { executableFile: join(__dirname, `${verb}.js`) });

void program.parseAsync();
