import { writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { print, readConfigFile } from "../command-line";
import { parseRun, type RunInput } from "../config";
import { openDataset } from "../data";
import { ready } from "../engine";
import { CliError } from "../errors";
import { describeEncoders, descriptionTable, probe, probeTables, withBaselines } from "../evaluate";
import { type Displayable, provenance } from "../report";
import { makeFolder, stopSignal, TerminalProgress } from "../system";
import { loadCheckpoint, newestCheckpoint } from "../train";
import { laidOver, type ProbeValues, probeSettings } from "./probe-settings";

/** Probes a checkpoint's features, alongside raw pixels and the untrained encoder's. @returns the exit code */
export async function probeVerb(values: ProbeValues, [checkpoint, ...rest]: readonly string[]): Promise<number> {
  if (checkpoint === undefined || rest.length > 0) throw new CliError("one CHECKPOINT is expected");
  const progress = new TerminalProgress(process.stderr);
  const onProgress = (line: string) => progress.update(line);
  const file = values.config === undefined ? {} : await readConfigFile(values.config);
  const given = laidOver(file, probeSettings(values));
  const engine = await ready({ device: values.device as "auto" });
  const folder = resolve((await newestCheckpoint(checkpoint)) ?? checkpoint);
  const state = await loadCheckpoint(folder);
  const { preset, ...run } = state.run;
  const { evaluate } = parseRun({ ...run, preset, evaluate: laidOver({ ...run.evaluate }, given) } as RunInput);
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
    return stop.exitCode ?? 1;
  }
  progress.note(`${results.length} results`);
  const source = {
    checkpoint: folder,
    step: state.step,
    data: `${data.name} ${data.fingerprint}`,
    tensorflow: engine.tensorflow,
    device: engine.device,
  };
  const descriptions = values.diagnostics ? await describeEncoders(state, data, { ...evaluate, encoder }, options) : [];
  const tables = [
    ...(descriptions.length > 0 ? [descriptionTable(descriptions)] : []),
    ...probeTables(results, { of: `${folder} (step ${state.step})` }),
    provenance({ data: source.data, tensorflow: source.tensorflow, device: source.device }),
  ];
  if (values.json) print(JSON.stringify({ source, run: state.run, results, descriptions }, null, 2));
  else for (const it of tables) print(`${it.toText()}\n`);
  if (values.html) {
    await makeFolder(dirname(resolve(values.html)));
    await writeFile(values.html, await fragmentOf(tables));
  }
  return 0;
}

/** The tables as an HTML fragment. */
async function fragmentOf(tables: readonly Displayable[]): Promise<string> {
  const bundles = await Promise.all(tables.map((it) => it.toMimeBundle()));
  return `${bundles.map((bundle) => bundle["text/html"]).join("\n")}\n`;
}
