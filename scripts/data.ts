/** Look at a data set, and write lists of labelled subsets of it.  Exit 0 done, 1 it cannot be opened or has broken files, 2 bad usage. */
import { command, json } from "njepa/command-line";
import { publishedData } from "njepa/data";
import { dataVerb } from "njepa/verbs/data";

const about = `  inspect PATH   decode every image once: counts, sizes, classes, broken files, fingerprint
  splits PATH    write class-balanced lists of training images, one name a line (--fraction, --seeds, --out), with the \
part of each that is held out to choose settings on; or check lists (--list FILE)

PATH is a folder of class folders (or train/ and val/ of them), a folder of WebDataset shards, or the name of a \
published data set: ${publishedData.join(", ")}.`;

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
    set: {
      type: "string",
      value: "data.KEY=VALUE",
      multiple: true,
      description:
        "splits: a setting of the data, such as data.onBadImage=skip, which leaves broken images out; may be repeated",
    },
  },
  run: dataVerb,
});
