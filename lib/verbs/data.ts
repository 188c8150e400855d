import { writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { count, positive, print } from "../command-line";
import { datasetAt, inspectDataset, openDataset, readLabelList, type WrittenList, writeLabelLists } from "../data";
import { ready } from "../engine";
import { CliError } from "../errors";
import { inspectionPage, inspectionText } from "../inspect";
import { makeFolder, TerminalProgress } from "../system";

/** Option values of `njepa data`. */
export interface DataValues {
  json?: boolean | undefined;
  html?: string | undefined;
  fraction?: string[] | undefined;
  seeds: string;
  "held-out": string;
  out?: string | undefined;
  list?: string[] | undefined;
}

/** Inspects a data set, or writes lists of labelled subsets of it. @returns the exit code */
export async function dataVerb(values: DataValues, [verb, path, ...rest]: readonly string[]): Promise<number> {
  if ((verb !== "inspect" && verb !== "splits") || rest.length > 0)
    throw new CliError(
      `inspect or splits, and one path, are expected, got ${[verb, path, ...rest].join(" ") || "none"}`,
    );
  if (path === undefined) throw new CliError(`${verb} PATH: the path is missing`);
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
  const data = await openDataset(await datasetAt(path), { onProgress });
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

function shareOf(text: string, option: string): number {
  const share = positive(text, option, "a share");
  if (share > 1) throw new CliError(`--${option} expects a share of at most 1, got ${text}`);
  return share;
}
