/** Train a run in a folder, from its newest checkpoint.  Exit 0 finished, 1 failed, 2 bad usage, 128 + N stopped by signal N. */
import { constants } from "node:os";
import {
  lossTermNames,
  openDataset,
  parseRun,
  presets,
  type Run,
  type RunInput,
  ready,
  runLength,
  stopSignal,
  type TrainedRun,
  type TrainRecord,
  trainRun,
} from "njepa";
import {
  assignments,
  command,
  config,
  count,
  device,
  json,
  merged,
  nested,
  print,
  readConfigFile,
} from "njepa/command-line";
import { CliError } from "njepa/errors";
import { formatSeconds, TerminalProgress } from "njepa/system";
import { progressLine, runCost } from "njepa/train";
import { dryRunText } from "./dry-run-text";
import { presetLines } from "./preset-lines";
import { settingsText } from "./settings-text";

const about = () => `Presets:
${presetLines()}

Every setting with its default and unit: --list-settings, or those of a part: --list-settings model.

Stopped by SIGTERM or SIGINT it saves a checkpoint first; the same command goes on from it, bit-equal to a run
that was never stopped. A second signal ends it at once. DIR gets run.json, records.jsonl, sessions.jsonl, checkpoints/
and, at the end, finished.json.`;

export default command(module, {
  name: "train",
  says: "train a run in a folder, or go on with it",
  words: "",
  about,
  options: {
    preset: {
      type: "string",
      value: "NAME",
      values: Object.keys(presets),
      description: "the settings to start from (the file's, or demo)",
    },
    config,
    set: {
      type: "string",
      value: "a.b=VALUE",
      multiple: true,
      description: "a setting laid over preset and file; may be repeated",
    },
    out: { type: "string", value: "DIR", description: "the run's folder" },
    device,
    "checkpoint-every": {
      type: "string",
      value: "STEPS",
      description: "save after every so many steps (default: each epoch)",
    },
    "dry-run": {
      type: "boolean",
      description: "print the run as it is parsed, its length, cost and memory; train nothing",
    },
    "list-settings": { type: "boolean", description: "print every setting, or those of a part: --list-settings noise" },
    json,
  },
  async run(values, words) {
    if (values["list-settings"]) return print(settingsText(words[0], values.json ?? false));
    if (words.length > 0) throw new CliError(`no words are expected, got ${words.join(" ")}`);
    const file = values.config === undefined ? {} : await readConfigFile(values.config);
    const preset = values.preset ?? file.preset ?? "demo";
    const given = merged(file, nested(assignments(values.set ?? [], "set")));
    const run = parseRun({ ...given, preset } as RunInput);
    const progress = new TerminalProgress(process.stderr);
    if (values["dry-run"]) return dryRun(run, values, progress);
    if (!values.out) throw new CliError("--out DIR is missing");
    const every = values["checkpoint-every"];
    const checkpointEvery = every === undefined ? {} : { checkpointEvery: count(every, "checkpoint-every") };
    const onProgress = (line: string) => progress.update(line);
    await ready({ device: values.device as "auto" });
    const data = await openDataset(run.data, { onProgress });
    const stop = stopSignal();
    const began = Date.now();
    let last: TrainRecord | undefined;
    const onRecord = (record: TrainRecord) => {
      last = record;
      progress.update(progressLine(record));
    };
    const options = { data, signal: stop.signal, onRecord, onProgress, ...checkpointEvery };
    const trained = await trainRun(values.out, run, options);
    const seconds = (Date.now() - began) / 1000;
    progress.note(last ? progressLine(last) : `${values.out} was finished before`);
    print(values.json ? JSON.stringify(summary(trained, last, seconds), null, 2) : sentence(trained, seconds));
    trained.state.dispose();
    stop.release();
    return trained.finished || !stop.received ? 0 : 128 + constants.signals[stop.received];
  },
});

async function dryRun(
  run: Run,
  values: { device: string; json?: boolean | undefined },
  progress: TerminalProgress,
): Promise<number> {
  await ready({ device: values.device as "auto" });
  const data = await openDataset(run.data, { onProgress: (line) => progress.update(line) });
  const images = data.split("train").count;
  progress.update("reading the step's program");
  const facts = { images, ...runLength({ count: images }, run), ...runCost(run) };
  progress.note("nothing is trained");
  return print(values.json ? JSON.stringify({ run, ...facts }, null, 2) : dryRunText(run, facts));
}

function summary(
  { state, finished, records, key, checkpoint }: TrainedRun,
  last: TrainRecord | undefined,
  seconds: number,
) {
  const ended = records.at(-1);
  const losses = Object.fromEntries((["loss", ...lossTermNames] as const).map((name) => [name, ended?.[name] ?? null]));
  const imagesPerSecond = last?.imagesPerSecond ?? null;
  return { key, finished, step: state.step, checkpoint, seconds, imagesPerSecond, ...losses };
}

function sentence({ state, finished, checkpoint }: TrainedRun, seconds: number): string {
  return `${finished ? "finished" : "stopped"} at step ${state.step} after ${formatSeconds(seconds)}: ${checkpoint}`;
}
