import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { type DatasetName, datasets } from "../../config";
import { DataError } from "../../errors";
import { invocation } from "../../system";
import { arrayDataset, type SplitArrays } from "../array-dataset";
import type { Dataset } from "../dataset";
import { tarFiles } from "../files/tar";
import { download } from "./download";
import type { Mirror, PublishedData } from "./published-data";

const SIDE = 32;
const PIXELS = SIDE * SIDE;

/** What differs between CIFAR's archives of binary records (label bytes, then 32×32 of red, of green and of blue). */
export interface CifarArchive {
  name: DatasetName;
  /** The archive's file name, and its MD5 as given on its page. */
  file: string;
  md5: string;
  train: readonly string[];
  test: readonly string[];
  /** Of each file. */
  records: Record<"train" | "test", number>;
  labelBytes: number;
  /** The class is the last of the label bytes; class names, or the file that lists them line by line. */
  names: string | readonly string[];
  /** MD5 of each file of the archive, where the folder may hold the files unpacked. */
  unpacked?: Readonly<Record<string, string>>;
  /** Tried after the archive's own address. */
  mirrors?: readonly Mirror[];
}

/** A CIFAR archive as published data: kept packed, and unpacked in memory when opened (three seconds on one core). */
export function cifarData(archive: CifarArchive): PublishedData {
  const address = `https://www.cs.toronto.edu/~kriz/${archive.file}`;
  return {
    name: archive.name,
    files: [archive.file],
    ...(archive.unpacked ? { unpacked: Object.keys(archive.unpacked) } : {}),
    mirrors: [
      { name: address, fill: (folder, onProgress) => download(address, join(folder, archive.file), onProgress) },
      ...(archive.mirrors ?? []),
    ],
    room: "500 MB",
    trainImages: archive.train.length * archive.records.train,
    read: (directory, trainLimit) => readCifar(directory, archive, trainLimit),
  };
}

async function readCifar(directory: string, archive: CifarArchive, limit?: number): Promise<Dataset> {
  const { name, md5, records, unpacked } = archive;
  const path = join(directory, archive.file);
  const isPacked = unpacked === undefined || existsSync(path);
  const members = isPacked
    ? await unpack(await promisify(gunzip)(await readChecked(path, md5, name)))
    : await readUnpacked(directory, unpacked, name);
  const read = (files: readonly string[], count: number) =>
    recordsOf(
      files.map((file) => memberOf(members, file, path)),
      { ...archive, count, path },
    );
  const train = read(archive.train, records.train);
  const kept = limit ?? train.labels.length;
  const names =
    typeof archive.names === "string"
      ? memberOf(members, archive.names, path).toString("utf8").split(/\r?\n/)
      : archive.names;
  return arrayDataset({
    name,
    classNames: names.filter((line) => line !== ""),
    height: SIDE,
    width: SIDE,
    channels: 3,
    train: { pixels: train.pixels.subarray(0, kept * 3 * PIXELS), labels: train.labels.subarray(0, kept) },
    test: read(archive.test, records.test),
    fingerprint: createHash("sha256")
      .update([md5, ...(limit === undefined ? [] : [`first ${limit}`])].join("\n"))
      .digest("hex"),
  });
}

async function readUnpacked(
  directory: string,
  hashes: Readonly<Record<string, string>>,
  name: DatasetName,
): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const [file, md5] of Object.entries(hashes))
    files.set(file, await readChecked(join(directory, file), md5, name));
  return files;
}

async function readChecked(path: string, md5: string, name: DatasetName): Promise<Buffer> {
  const content = await readFile(path);
  const found = createHash("md5").update(content).digest("hex");
  if (found === md5) return content;
  throw new DataError(
    `${path} is not the published archive of ${datasets[name].title}: expected MD5 ${md5}, got ${found}. Delete it and run ` +
      `"${invocation("setup", `--data ${name}`)}" to fetch it.`,
  );
}

/** The files of an archive by their base names. */
async function unpack(archive: Buffer): Promise<Map<string, Buffer>> {
  return new Map([...(await tarFiles(archive))].map(([name, content]) => [basename(name), content]));
}

function memberOf(members: ReadonlyMap<string, Buffer>, file: string, path: string): Buffer {
  const content = members.get(file);
  if (content) return content;
  throw new DataError(`${path} has no ${file}: expected it among ${[...members.keys()].join(", ")}.`);
}

function recordsOf(
  files: readonly Buffer[],
  { labelBytes, count, path }: Pick<CifarArchive, "labelBytes"> & { count: number; path: string },
): SplitArrays & { labels: Uint8Array } {
  const record = labelBytes + 3 * PIXELS;
  const pixels = new Uint8Array(files.length * count * 3 * PIXELS);
  const labels = new Uint8Array(files.length * count);
  let image = 0;
  for (const file of files) {
    if (file.length !== count * record) {
      throw new DataError(`${path} has a file of ${file.length} bytes: expected ${count} records of ${record}.`);
    }
    for (let at = 0; at < file.length; at += record, image++) {
      labels[image] = file[at + labelBytes - 1] as number;
      const [from, to] = [at + labelBytes, image * 3 * PIXELS];
      for (let pixel = 0; pixel < PIXELS; pixel++) {
        for (let channel = 0; channel < 3; channel++) {
          pixels[to + 3 * pixel + channel] = file[from + channel * PIXELS + pixel] as number;
        }
      }
    }
  }
  return { pixels, labels };
}
