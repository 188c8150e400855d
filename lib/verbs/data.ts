import { writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { count, positive, print } from "../command-line";
import { DataConfig, describeIssues } from "../config";
import {
  type DatasetConfig,
  datasetAt,
  inspectDataset,
  openDataset,
  readLabelList,
  type WrittenList,
  writeLabelLists,
} from "../data";
import { ready } from "../engine";
import { CliError } from "../errors";
import { inspectionPage, inspectionText } from "../inspect";
import { makeFolder, TerminalProgress } from "../system";
import { givenSettings } from "./given-settings";

/** Option values of `njepa data`. */
export interface DataValues {
  json?: boolean | undefined;
  html?: string | undefined;
  fraction?: string[] | undefined;
  seeds: string;
  "held-out": string;
  out?: string | undefined;
  list?: string[] | undefined;
  set?: string[] | undefined;
}

/** Inspects a data set, or writes lists of labelled subsets of it. @returns the exit code */
export async function dataVerb(values: DataValues, [verb, path, ...rest]: readonly string[]): Promise<number> {
  if ((verb !== "inspect" && verb !== "splits") || rest.length > 0)
    throw new CliError(
      `inspect or splits, and one path, are expected, got ${[verb, path, ...rest].join(" ") || "none"}`,
    );
  if (path === undefined) throw new CliError(`${verb} PATH: the path is missing`);
  if (verb === "inspect" && values.set !== undefined)
    throw new CliError("inspect takes no --set: it opens what is there as it is, and lists what is broken");
  const settings = dataSettings(values.set);
  const progress = new TerminalProgress(process.stderr);
  const onProgress = (line: string) => progress.update(line);
  await ready({ onProgress });
  if (verb === "inspect") {
    const { inspection, data } = await inspectDataset(path, { onProgress });
    progress.note(`looked at ${inspection.splits.reduce((sum, split) => sum + split.images, 0)} images`);
    if (values.html !== undefined) {
      await makeFolder(dirname(resolve(values.html)));
      await writeFile(values.html, await inspectionPage(inspection, data));
    }
    print(values.json ? JSON.stringify(inspection, null, 2) : inspectionText(inspection));
    return inspection.skipped > 0 ? 1 : 0;
  }
  const data = await openDataset({ ...settings, ...(await datasetAt(path)) }, { onProgress });
  const train = data.split("train");
  if (values.list === undefined && values.out === undefined)
    throw new CliError("splits: --out FOLDER or --list FILE is missing");
  const written: WrittenList[] = [];
  for (const file of values.list ?? []) written.push({ file, images: (await readLabelList(file, train)).length });
  if (values.out !== undefined) {
    const lists = await writeLabelLists(values.out, train, {
      fractions: (values.fraction ?? ["0.01", "0.1"]).map((share) => shareOf(share, "fraction")),
      seeds: count(values.seeds, "seeds"),
      heldOut: shareOf(values["held-out"], "held-out"),
      fingerprint: data.fingerprint,
    });
    written.push(...lists);
  }
  return print(
    values.json
      ? JSON.stringify(written, null, 2)
      : written.map(({ file, images }) => `${file}: ${images} images`).join("\n"),
  );
}

/** The settings of `data` that `--set` gives. @throws {CliError} for any other part, and for what is no setting */
function dataSettings(words: readonly string[] | undefined): Partial<DatasetConfig> {
  const { data = {}, ...others } = givenSettings(words);
  const [other] = Object.keys(others);
  if (other !== undefined) throw new CliError(`--set expects settings of data, as data.onBadImage=skip; got ${other}`);
  const checked = DataConfig.partial().omit({ name: true, path: true }).safeParse(data);
  if (checked.success) return data as Partial<DatasetConfig>;
  const problems = describeIssues(checked.error.issues, DataConfig, data);
  throw new CliError(`--set: ${problems.map((problem) => `data.${problem}`).join("; ")}`);
}

function shareOf(text: string, option: string): number {
  const share = positive(text, option, "a share");
  if (share > 1) throw new CliError(`--${option} expects a share of at most 1, got ${text}`);
  return share;
}
