/** Re-run notebooks on the njepa kernel and write one HTML page each.  Exit 0 all ran, 1 one did not, 2 bad usage. */

import { assignments, command, count, positive, print } from "njepa/command-line";
import { CliError } from "njepa/errors";
import { compareReports, reportsTable, runReports } from "njepa/headless";
import { stopSignal } from "njepa/system";

command({
  synopsis: "reports -- [NOTEBOOK… | diff A B]",
  about: `  NOTEBOOK   a file, or a part of a name in notebooks/; all of them unless told
  diff A B   compares two folders of reports, number by number, and writes OUT/diff.html; exit 0 same, 1 not`,
  options: {
    preset: { type: "string", description: "sets the parameter `preset` of the notebooks that have one" },
    set: {
      type: "string",
      multiple: true,
      description: "KEY=VALUE for the cell tagged `parameters`; VALUE as JSON or text",
    },
    out: { type: "string", default: "reports", description: "folder for the pages" },
    jobs: { type: "string", description: "notebooks at once; by memory and cores unless told" },
    timeout: { type: "string", default: "3600", description: "seconds that one notebook may take" },
    "cell-timeout": { type: "string", default: "1800", description: "seconds that one cell may take" },
    "keep-going": { type: "boolean", description: "run the other notebooks when one fails (the default)" },
    stop: { type: "boolean", description: "stop at the first notebook that fails" },
    force: { type: "boolean", description: "execute also what has not changed since it last ran into this folder" },
    resume: {
      type: "boolean",
      description: "go on with the notebooks and parameters of the last run into this folder",
    },
    trust: {
      type: "string",
      multiple: true,
      description: "NAME of a notebook whose HTML outputs may run scripts, each in a frame that reaches nothing",
    },
    tolerance: { type: "string", default: "0", description: "for diff: the share by which numbers may differ" },
    strict: { type: "boolean", description: "for diff: times, rates and memory count too" },
    watch: { type: "boolean", description: "keep the sessions; a notebook that is saved goes on at its failed cell" },
  },
  async run(values, words) {
    if (words[0] === "diff") return await diff(words.slice(1), values);
    if (values.stop && values["keep-going"]) throw new CliError("--stop and --keep-going exclude each other");
    const stop = stopSignal();
    const run = await runReports({
      notebooks: words,
      parameters: assignments(values.set ?? [], "set"),
      preset: values.preset,
      out: values.out,
      jobs: values.jobs === undefined ? undefined : count(values.jobs, "jobs"),
      timeout: positive(values.timeout, "timeout", "seconds"),
      cellTimeout: positive(values["cell-timeout"], "cell-timeout", "seconds"),
      stop: values.stop,
      force: values.force,
      resume: values.resume,
      watch: values.watch,
      trust: values.trust,
      signal: stop.signal,
      terminal: process.stderr,
    });
    stop.release();
    print(`${reportsTable(run).toText()}\n\n${run.index}`);
    return run.ok ? 0 : 1;
  },
});

async function diff(
  [before, after, ...more]: string[],
  { tolerance, strict, out }: { tolerance: string; strict?: boolean | undefined; out: string },
): Promise<number> {
  if (before === undefined || after === undefined || more.length > 0)
    throw new CliError("diff expects two folders of reports");
  const relative = tolerance.trim() === "" ? Number.NaN : Number(tolerance);
  if (!(relative >= 0)) throw new CliError(`--tolerance expects a share of 0 or more, got ${tolerance}`);
  const compared = await compareReports(before, after, { relative, strict: strict ?? false, out });
  print(`${compared.table.toText()}\n\n${compared.page}`);
  return compared.same ? 0 : 1;
}
