/** Find or fetch what njepa needs beside npm's packages.  Exit 0 all is here, 1 something could not be had, 2 bad usage. */

import { json as asJson, command, print } from "njepa/command-line";
import { dataSource, openDataset, publishedData } from "njepa/data";
import { findTensorFlow } from "njepa/engine/provision";
import { CliError } from "njepa/errors";
import { TerminalProgress } from "njepa/system";

export default command(module, {
  name: "setup",
  says: "find or fetch TensorFlow and the data",
  options: {
    device: {
      type: "string",
      default: "auto",
      values: ["auto", "cpu", "gpu"],
      description: "cpu, gpu (CUDA: 3.3 GB fetched, 5.5 GB kept), or auto: gpu where an NVIDIA driver is",
    },
    "without-driver": {
      type: "boolean",
      description: "fetch it where no NVIDIA driver is, for machines that have one",
    },
    data: {
      type: "string",
      value: "NAME",
      values: publishedData,
      commas: true,
      multiple: true,
      description: "a published data set to find or fetch; may come several times (default: fashion-mnist)",
    },
    json: asJson,
  },
  async run({ device, "without-driver": withoutDriver = false, data = ["fashion-mnist"], json }, words) {
    if (words.length > 0) throw new CliError(`no words are expected, got ${words.join(" ")}`);
    if (device !== "auto" && device !== "cpu" && device !== "gpu")
      throw new CliError(`--device expects auto, cpu or gpu, got ${device}`);
    const names = data.map((word) => {
      const name = publishedData.find((published) => published === word);
      if (name === undefined) throw new CliError(`--data expects one of ${publishedData.join(", ")}, got ${word}`);
      return name;
    });
    const progress = new TerminalProgress(process.stderr);
    const onProgress = (line: string) => progress.update(line);
    const library = await findTensorFlow({ device, onProgress, withoutDriver });
    progress.note(line("TensorFlow", library.version ?? "", library));
    const found: object[] = [{ what: "TensorFlow", ...library }];
    for (const name of names) {
      const source = await dataSource(name);
      // Opening checks every byte, and fetches a damaged cache again.
      const had = source.locate?.();
      const images = (await openDataset({ name }, { onProgress })).split("train").count;
      const { directory } = source.locate?.() ?? { directory: "" };
      const place = { directory, source: had?.source ?? "fetched" };
      progress.note(line(name, `${images} images`, place));
      found.push({ what: name, images, ...place });
    }
    return json ? print(JSON.stringify(found, null, 2)) : 0;
  },
});

function line(what: string, which: string, { directory, source }: { directory: string; source: string }): string {
  const how = source === "fetched" ? "fetched into" : `reused (${source}) from`;
  return `${what.padEnd(14)}${which.padEnd(14)}${how} ${directory}`;
}
