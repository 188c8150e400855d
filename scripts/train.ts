/** Train a run in a folder, from its newest checkpoint.  Exit 0 finished, 1 failed, 2 bad usage, 128 + N stopped by signal N. */
import { constants } from "node:os";
import {
  lossTermNames,
  openDataset,
  parseRun,
  type RunInput,
  ready,
  stopSignal,
  type TrainedRun,
  type TrainRecord,
  trainRun,
} from "njepa";
import { assignments, command, nested, positive, print } from "njepa/command-line";
import { CliError } from "njepa/errors";
import { formatSeconds, TerminalProgress } from "njepa/system";
import { progressLine } from "njepa/train";
import { settingsText } from "./settings-text";

const about = `Stopped by SIGTERM or SIGINT it saves a checkpoint first; the same command goes on from it, bit-equal to a run
that was never stopped. A second signal ends it at once. DIR gets run.json, records.jsonl, sessions.jsonl, checkpoints/
and, at the end, finished.json.`;

command({
  synopsis: "train -- --preset NAME --out DIR",
  about,
  options: {
    preset: { type: "string", default: "demo", description: "the settings to start from" },
    set: { type: "string", multiple: true, description: "a.b=VALUE: a setting laid over the preset; may be repeated" },
    out: { type: "string", description: "the run's folder" },
    device: { type: "string", default: "auto", description: "auto, cpu or gpu" },
    "checkpoint-every": { type: "string", description: "save after every so many steps (default: each epoch)" },
    json: { type: "boolean", description: "print one JSON object at the end instead of a line" },
    "list-settings": {
      type: "boolean",
      description: "print every setting with its default and what it may be, or those of a part: --list-settings noise",
    },
  },
  async run(values, words) {
    if (values["list-settings"]) return print(settingsText(words[0], values.json ?? false));
    if (words.length > 0) throw new CliError(`no words are expected, got ${words.join(" ")}`);
    if (!values.out) throw new CliError("--out DIR is missing");
    const run = parseRun({ ...nested(assignments(values.set ?? [], "set")), preset: values.preset } as RunInput);
    const every = values["checkpoint-every"];
    const checkpointEvery =
      every === undefined ? {} : { checkpointEvery: positive(every, "checkpoint-every", "a whole number") };
    const progress = new TerminalProgress(process.stderr);
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
    const trained = await trainRun(values.out, run, {
      data,
      signal: stop.signal,
      onRecord,
      onProgress,
      ...checkpointEvery,
    });
    const seconds = (Date.now() - began) / 1000;
    progress.note(last ? progressLine(last) : `${values.out} was finished before`);
    print(values.json ? JSON.stringify(summary(trained, last, seconds), null, 2) : sentence(trained, seconds));
    trained.state.dispose();
    stop.release();
    return trained.finished || !stop.received ? 0 : 128 + constants.signals[stop.received];
  },
});

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
