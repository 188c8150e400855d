/** Probe a checkpoint's features with few labels.  Exit 0 probed, 1 it could not be, 2 bad usage. */
import { writeFile } from "node:fs/promises";
import { constants } from "node:os";
import { resolve } from "node:path";
import {
  type Displayable,
  describeEncoders,
  descriptionTable,
  featuresFolder,
  loadCheckpoint,
  newestCheckpoint,
  openDataset,
  parseRun,
  probe,
  probeProtocols,
  probeTables,
  provenance,
  type RunInput,
  ready,
  stopSignal,
  withBaselines,
} from "njepa";
import { assignments, command, config, device, json, merged, nested, print, readConfigFile } from "njepa/command-line";
import { CliError } from "njepa/errors";
import { TerminalProgress } from "njepa/system";

export default command(module, {
  name: "probe",
  says: "probe a run's features with few labels and all",
  words: "CHECKPOINT",
  about: `  CHECKPOINT   a checkpoint's folder, or a run's: its newest checkpoint is taken

  What is not given is taken from the checkpoint's own settings. Raw pixels and the untrained encoder are probed too.
  Features are kept in the features folder, so that another protocol does not compute them again.`,
  options: {
    protocol: {
      type: "string",
      value: "NAME,…",
      values: probeProtocols,
      commas: true,
      description: "what `protocol` of evaluate lists, as linear or knn; several by commas",
    },
    fractions: { type: "string", value: "SHARE,…", description: "shares of the training labels, by commas: 0.01,0.1" },
    shots: {
      type: "string",
      value: "N,…",
      description: "in place of fractions: labels of each class, by commas: 1,5,10,20",
    },
    labels: {
      type: "string",
      value: "FILE,…",
      description: "in place of fractions: files that name training images, by commas (SimCLR's 1percent.txt)",
    },
    encoder: {
      type: "string",
      value: "NAME,…",
      values: ["student", "teacher", "untrained", "raw-pixels"],
      commas: true,
      description: "student, teacher, untrained, raw-pixels; several by commas",
    },
    layers: {
      type: "string",
      value: "NAME,…",
      values: ["last", "last4", "both"],
      commas: true,
      description: "last, last4 or both",
    },
    subsets: { type: "string", value: "N", description: "label subsets drawn for each fraction below 1" },
    config: {
      ...config,
      description: "settings of evaluate, from a JSON, .ts or .js file; what else is given lies over them",
    },
    set: {
      type: "string",
      value: "KEY=VALUE",
      multiple: true,
      description: "KEY=VALUE: another setting of evaluate, as knn.k=10",
    },
    diagnostics: { type: "boolean", description: "also RankMe, spread and class separation of the test features" },
    "no-baselines": { type: "boolean", description: "only the encoders asked for" },
    features: { type: "string", value: "FOLDER", default: featuresFolder(), description: "where features are kept" },
    device,
    html: { type: "string", value: "FILE", description: "write the tables to this file, as a piece of HTML" },
    json: { ...json, description: "print results, protocols and differences as one JSON object, an error too" },
  },
  async run(values, [checkpoint, ...rest]) {
    if (checkpoint === undefined || rest.length > 0) throw new CliError("one CHECKPOINT is expected");
    const progress = new TerminalProgress(process.stderr);
    const onProgress = (line: string) => progress.update(line);
    const file = values.config === undefined ? {} : await readConfigFile(values.config);
    const given = merged(file, settingsOf(values));
    const engine = await ready({ device: values.device as "auto" });
    const folder = resolve((await newestCheckpoint(checkpoint)) ?? checkpoint);
    const state = await loadCheckpoint(folder);
    const { preset, ...run } = state.run;
    const { evaluate } = parseRun({ ...run, preset, evaluate: { ...run.evaluate, ...given } } as RunInput);
    const encoder = values["no-baselines"] ? evaluate.encoder : withBaselines(evaluate);
    const data = await openDataset(state.run.data, { onProgress });
    const stop = stopSignal();
    const options = { featuresFolder: values.features, signal: stop.signal, onProgress };
    const results = await probe(state, data, { ...evaluate, encoder }, options).catch((error: Error) => {
      if (stop.signal.aborted) return null;
      throw error;
    });
    stop.release();
    if (results === null) {
      progress.note("stopped; features so far are kept");
      return 128 + constants.signals[stop.received ?? "SIGTERM"];
    }
    progress.note(`${results.length} results`);
    const source = {
      checkpoint: folder,
      step: state.step,
      data: `${data.name} ${data.fingerprint}`,
      tensorflow: engine.tensorflow,
      device: engine.device,
    };
    const descriptions = values.diagnostics
      ? await describeEncoders(state, data, { ...evaluate, encoder }, options)
      : [];
    const tables = [
      ...(descriptions.length > 0 ? [descriptionTable(descriptions)] : []),
      ...probeTables(results, { of: `${folder} (step ${state.step})` }),
      provenance({ data: source.data, tensorflow: source.tensorflow, device: source.device }),
    ];
    if (values.json) print(JSON.stringify({ source, run: state.run, results, descriptions }, null, 2));
    else for (const it of tables) print(`${it.toText()}\n`);
    if (values.html) await writeFile(values.html, await fragmentOf(tables));
    return 0;
  },
});

/** The settings of `evaluate` that were given. */
function settingsOf(values: Record<string, string | boolean | string[] | undefined>): Record<string, unknown> {
  const list = (name: string) => (typeof values[name] === "string" ? (values[name] as string).split(",") : undefined);
  const number = (text: string, name: string) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isFinite(value)) throw new CliError(`--${name} expects numbers, got ${text}`);
    return value;
  };
  if (values.labels !== undefined && (values.fractions !== undefined || values.subsets !== undefined))
    throw new CliError("--labels names the subsets, which --fractions and --subsets would draw: give one or the other");
  const given = {
    protocol: list("protocol"),
    encoder: list("encoder"),
    layers: list("layers"),
    labelLists: list("labels")?.map((file) => resolve(file)),
    fractions: list("fractions")?.map((text) => number(text, "fractions")),
    shots: list("shots")?.map((text) => number(text, "shots")),
    subsets: typeof values.subsets === "string" ? number(values.subsets, "subsets") : undefined,
    ...nested(assignments((values.set as string[] | undefined) ?? [], "set")),
  };
  return {
    // Fractions that are asked for now are not to be overruled by lists that the checkpoint's run had.
    ...(given.fractions !== undefined && { labelLists: undefined }),
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
}

/** The tables as HTML without a page around them. */
async function fragmentOf(tables: readonly Displayable[]): Promise<string> {
  const bundles = await Promise.all(tables.map((it) => it.toMimeBundle()));
  return `${bundles.map((bundle) => bundle["text/html"]).join("\n")}\n`;
}
