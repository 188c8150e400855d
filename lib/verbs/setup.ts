import { print } from "../command-line";
import { dataSource, openDataset, publishedData } from "../data";
import { acceleratorHere, findPjrtPlugin, findTensorFlow, librariesBeside, pluginKindHere } from "../engine/provision";
import { CliError, EngineError } from "../errors";
import { TerminalProgress } from "../system";

/** Option values of `njepa setup`. */
export interface SetupValues {
  device: string;
  "without-driver"?: boolean | undefined;
  data?: string[] | undefined;
  json?: boolean | undefined;
}

/** Finds or fetches TensorFlow, the plugin for an accelerator, and published data sets. @returns the exit code */
export async function setupVerb(values: SetupValues): Promise<number> {
  const { device, "without-driver": withoutDriver = false, data = ["fashion-mnist"], json } = values;
  if (device !== "auto" && device !== "cpu" && device !== "gpu")
    throw new CliError(`--device expects auto, cpu or gpu, got ${device}`);
  const names = data.map((word) => {
    const name = publishedData.find((published) => published === word);
    if (name === undefined) throw new CliError(`--data expects one of ${publishedData.join(", ")}, got ${word}`);
    return name;
  });
  const progress = new TerminalProgress(process.stderr);
  const onProgress = (line: string) => progress.update(line);
  const library = await findTensorFlow({ onProgress });
  progress.note(line("TensorFlow", library.version ?? "", library));
  const found: object[] = [{ what: "TensorFlow", ...library }];
  const kind = device === "gpu" ? acceleratorHere() : pluginKindHere();
  if (device === "gpu" || (device === "auto" && kind !== "cpu")) {
    const plugin = await findPjrtPlugin(kind, { onProgress, withoutDriver }).catch((error) => {
      if (device === "gpu" || !(error instanceof EngineError)) throw error;
      progress.note(`the CPU is used although there is an accelerator: ${error.message}`);
      return null;
    });
    if (plugin) {
      const { path, ...about } = plugin;
      progress.note(line("PJRT plugin", `${kind} ${about.version ?? ""}`, { ...about, directory: path }));
      found.push({ what: "PJRT plugin", ...plugin, libraries: librariesBeside(path) });
    }
  }
  for (const name of names) {
    const source = await dataSource(name);
    // Opening verifies every byte and fetches a damaged cache again.
    const had = source.locate?.();
    const images = (await openDataset({ name }, { onProgress })).split("train").count;
    const { directory } = source.locate?.() ?? { directory: "" };
    const place = { directory, source: had?.source ?? "fetched" };
    progress.note(line(name, `${images} images`, place));
    found.push({ what: name, images, ...place });
  }
  return json ? print(JSON.stringify(found, null, 2)) : 0;
}

function line(what: string, which: string, { directory, source }: { directory: string; source: string }): string {
  const how = source === "fetched" ? "fetched into" : `reused (${source}) from`;
  return `${what.padEnd(14)}${which.padEnd(14)}${how} ${directory}`;
}
