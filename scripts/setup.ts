/** Find or fetch what njepa needs beside npm's packages.  Exit 0 all is here, 1 something could not be had, 2 bad usage. */
import { parseArgs } from "node:util";
import { dataSource, openDataset, publishedData } from "njepa/data";
import { findTensorFlow } from "njepa/engine/provision";
import { TerminalProgress } from "njepa/system";

const options = {
  device: {
    type: "string",
    default: "auto",
    description: "cpu, gpu (CUDA: 3.3 GB fetched, 5.5 GB kept), or auto: gpu where an NVIDIA driver is",
  },
  "without-driver": { type: "boolean", description: "fetch it where no NVIDIA driver is, for machines that have one" },
  data: {
    type: "string",
    multiple: true,
    description: "a published data set to find or fetch; may come several times (default: fashion-mnist)",
  },
  help: { type: "boolean", short: "h", description: "print this text" },
} as const;

const usage = `npm run setup -- [options]

${Object.entries(options)
  .map(([name, { description }]) => `  --${name.padEnd(16)}${description}`)
  .join("\n")}`;

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const { device } = values;
  if (device !== "auto" && device !== "cpu" && device !== "gpu")
    throw new TypeError(`--device expects auto, cpu or gpu, got ${device}`);
  const progress = new TerminalProgress(process.stderr);
  const onProgress = (line: string) => progress.update(line);

  const library = await findTensorFlow({ device, onProgress, withoutDriver: values["without-driver"] ?? false });
  progress.note(line("TensorFlow", library.version ?? "", library));
  for (const word of values.data ?? ["fashion-mnist"]) {
    const name = publishedData.find((published) => published === word);
    if (!name) throw new TypeError(`--data expects one of ${publishedData.join(", ")}, got ${word}`);
    const source = await dataSource(name);
    // Opening checks every byte, and fetches a damaged cache again.
    const had = source.locate?.();
    const data = await openDataset({ name }, { onProgress });
    const { directory } = source.locate?.() ?? { directory: "" };
    progress.note(line(name, `${data.split("train").count} images`, { directory, source: had?.source ?? "fetched" }));
  }
  return 0;
}

function line(what: string, which: string, { directory, source }: { directory: string; source: string }): string {
  const how = source === "fetched" ? "fetched into" : `reused (${source}) from`;
  return `${what.padEnd(14)}${which.padEnd(14)}${how} ${directory}`;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: NodeJS.ErrnoException) => {
    const badUsage = error instanceof TypeError;
    const known = error.name === "EngineError" || error.name === "DataError";
    if (badUsage || known) process.stderr.write(`${error.message}\n${badUsage ? `\n${usage}\n` : ""}`);
    else console.error(error);
    process.exitCode = badUsage ? 2 : 1;
  },
);
