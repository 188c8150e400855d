import { count, print, readConfigFile } from "../command-line";
import { layOver, parseRun, type Run, type RunInput } from "../config";
import { openDataset } from "../data";
import { ready } from "../engine";
import { CliError } from "../errors";
import { lossTermNames } from "../objective";
import { formatSeconds, stopSignal, TerminalProgress } from "../system";
import { progressLine, runCost, runLength, type TrainedRun, type TrainRecord, trainRun } from "../train";
import { dryRunText } from "./dry-run-text";
import { givenSettings } from "./given-settings";
import { settingsText } from "./settings-text";

/** Option values of `njepa train`. */
export interface TrainValues {
  preset?: string | undefined;
  config?: string | undefined;
  set?: string[] | undefined;
  out?: string | undefined;
  device: string;
  "checkpoint-every"?: string | undefined;
  "dry-run"?: boolean | undefined;
  "list-settings"?: boolean | undefined;
  json?: boolean | undefined;
}

/** Trains a run in a folder, continuing from its newest checkpoint. @returns the exit code */
export async function trainVerb(values: TrainValues, words: readonly string[]): Promise<number> {
  const [part, ...rest] = words;
  if (values["list-settings"] && rest.length === 0) return print(settingsText(part, values.json ?? false));
  if (part !== undefined)
    throw new CliError(`no words are expected but one after --list-settings, got ${words.join(" ")}`);
  const file = values.config === undefined ? {} : await readConfigFile(values.config);
  const run = parseRun([{ preset: values.preset }, givenSettings(values.set)].reduce(layOver, file) as RunInput);
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
  const trained = await trainRun(values.out, run, options).catch((error: Error) => {
    if (error === stop.signal.reason) return null;
    throw error;
  });
  if (trained === null) {
    progress.note(`stopped: another process trains in ${values.out}`);
    return stop.exitCode ?? 1;
  }
  const seconds = (Date.now() - began) / 1000;
  progress.note(
    last ? progressLine(last) : `${values.out} ${trained.finished ? "was finished before" : "is as it was"}`,
  );
  print(values.json ? JSON.stringify(summary(trained, last, seconds), null, 2) : sentence(trained, seconds));
  trained.state.dispose();
  stop.release();
  return trained.finished ? 0 : (stop.exitCode ?? 0);
}

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
  const where = checkpoint === null ? "" : `: ${checkpoint}`;
  return `${finished ? "finished" : "stopped"} at step ${state.step} after ${formatSeconds(seconds)}${where}`;
}
