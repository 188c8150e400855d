/** Look at a data set, and write lists of labelled parts of it.  Exit 0 done, 1 it cannot be opened or has broken files, 2 bad usage. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { openDataset, ready } from "njepa";
import { command, json, positive, print } from "njepa/command-line";
import { datasetAt, inspectDataset, publishedData, readLabelList, type WrittenList, writeLabelLists } from "njepa/data";
import { CliError } from "njepa/errors";
import { inspectionPage, inspectionText } from "njepa/inspect";
import { TerminalProgress } from "njepa/system";

const about = `  inspect PATH   decode every image once: counts, sizes, classes, broken files, fingerprint
  splits PATH    write class-balanced lists of training images, one name a line (--fraction, --seeds, --out),
                 with the part of each that is held out to choose settings on; or check lists (--list FILE)

PATH is a folder of class folders (or train/ and val/ of them), a folder of WebDataset shards, or the name of a\npublished data set: ${publishedData.join(", ")}.`;

export default command(module, {
  name: "data",
  says: "look into a data set: counts, sizes, classes, broken files",
  words: "inspect PATH | splits PATH",
  verbs: ["inspect", "splits"],
  about,
  options: {
    json,
    html: { type: "string", value: "FILE", description: "inspect: write a page with a contact sheet into this file" },
    fraction: {
      type: "string",
      value: "SHARE",
      multiple: true,
      description: "splits: shares of the labels (default: 0.01 and 0.1)",
    },
    seeds: { type: "string", value: "N", default: "5", description: "splits: lists for seeds 0 … N − 1" },
    "held-out": {
      type: "string",
      value: "SHARE",
      default: "0.2",
      description: "splits: share of each list that is held out",
    },
    out: { type: "string", value: "FOLDER", description: "splits: the folder for the lists" },
    list: {
      type: "string",
      value: "FILE",
      multiple: true,
      description: "splits: check this list instead (SimCLR's, or one of ours)",
    },
  },
  async run(values, [verb, path, ...rest]) {
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
        await mkdir(dirname(resolve(values.html)), { recursive: true });
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
        fractions: (values.fraction ?? ["0.01", "0.1"]).map((share) => positive(share, "fraction", "a share")),
        seeds: positive(values.seeds, "seeds", "a count"),
        heldOut: positive(values["held-out"], "held-out", "a share"),
        fingerprint: data.fingerprint,
      });
      written.push(...lists);
    }
    return print(
      values.json
        ? JSON.stringify(written, null, 2)
        : written.map(({ file, images }) => `${file}: ${images} images`).join("\n"),
    );
  },
});
