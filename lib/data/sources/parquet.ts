import { join } from "node:path";
import { DataError } from "../../errors";
import { divideParts } from "../files/divide-parts";
import { fileDataset } from "../files/file-dataset";
import { findFiles, hasFiles } from "../files/find-files";
import { openParquet, type ParquetFile } from "../files/parquet-file";
import { parquetImages } from "../files/parquet-images";
import { pathOf } from "../files/path";
import type { DataSource } from "../source";

const UNLABELLED = -1;
const FILES = { ending: /\.parquet$/i };
const imageNames = ["image", "img", "picture"];
const labelNames = ["label", "labels", "fine_label", "class", "target"];

/**
 * A folder of Parquet files, as Hugging Face's `datasets` stores them: a column of images (`{bytes, path}`, or bytes),
 * at most one of class numbers, and the class names in the files' metadata. A file is for evaluation if its name or
 * folder says so. Row groups are read as needed, and half a gigabyte of them cached.
 */
export const source: DataSource = {
  async open(config, options) {
    const root = pathOf(config);
    const found = await findFiles(root, FILES).catch((error) => {
      throw new DataError(`${root} is no folder that can be read (${error.message}): expected one of .parquet files.`);
    });
    const { problems } = found;
    const parts = divideParts(
      found.paths.map((path) => ({ path })),
      problems,
    );
    const open = async (files: readonly { path: string }[]) => {
      const opened: { name: string; file: ParquetFile }[] = [];
      for (const { path } of files) opened.push({ name: path, file: await openParquet(join(root, path)) });
      return opened;
    };
    const [train, test] = [await open(parts.train), await open(parts.test)];
    const [first] = [...train, ...test];
    if (first === undefined) throw new DataError(`${root} has no images to learn from: expected .parquet files.`);
    const image = imageColumn(first.file);
    const label = labelColumn(first.file);
    const withLabels = async ({ name, file }: { name: string; file: ParquetFile }) => {
      for (const column of [image, ...(label === null ? [] : [label])]) {
        if (file.columns.some((one) => one.name === column)) continue;
        throw new DataError(`${join(root, name)} has no column ${column}, as ${first.name} has.`);
      }
      options.onProgress?.(`reading the labels of ${name}`);
      return { name, file, labels: label === null ? unlabelled(file.rows) : await labelsOf(file, label) };
    };
    const trainParts = await inTurn(train, withLabels);
    const testParts = await inTurn(test, withLabels);
    const most = [...trainParts, ...testParts].reduce(
      (high, { labels }) => labels.reduce((a, b) => Math.max(a, b), high),
      -1,
    );
    const names = label === null ? undefined : first.file.features[label]?.names;
    if (names !== undefined && most >= names.length) {
      throw new DataError(`${root} has label ${most}: expected 0 … ${names.length - 1}, the classes that it names.`);
    }
    const isLabelled = trainParts.some(({ labels }) => labels.some((one) => one >= 0));
    // A published test part often has its labels removed, and cannot be evaluated on.
    const isTested =
      testParts.length > 0 && (!isLabelled || testParts.every(({ labels }) => !labels.includes(UNLABELLED)));
    if (testParts.length > 0 && !isTested) {
      const message = "images to evaluate on without labels";
      problems.push(...testParts.map(({ name }) => ({ file: name, kind: "ignored" as const, message })));
    }
    return fileDataset(
      {
        root,
        layout: "Parquet files with a column of images",
        classNames: isLabelled ? (names ?? Array.from({ length: most + 1 }, (_, number) => String(number))) : [],
        problems,
        train: parquetImages("train", trainParts, image),
        test: isTested ? parquetImages("test", testParts, image) : null,
      },
      config,
      options,
    );
  },
  recognizes: (path) => hasFiles(path, FILES).catch(() => false),
};

async function inTurn<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

function imageColumn({ path, columns, features }: ParquetFile): string {
  const said = columns.filter(({ name }) => features[name]?._type === "Image");
  const likely = columns.filter(
    ({ name, type, inside }) => inside.includes("bytes") || (type === "BYTE_ARRAY" && imageNames.includes(name)),
  );
  const candidates = said.length > 0 ? said : likely;
  const chosen =
    candidates.find(({ name }) => imageNames.includes(name)) ?? (candidates.length === 1 ? candidates[0] : undefined);
  if (chosen) return chosen.name;
  throw new DataError(
    `${path} has the columns ${columns.map(({ name }) => name).join(", ")}: expected one of images, {bytes, path} or bytes, ` +
      `called ${imageNames.join(", ")}, or the only one.`,
  );
}

/** The column of class numbers; null: there is none, and the images are unlabelled. */
function labelColumn({ path, columns, features }: ParquetFile): string | null {
  const isClass = ({ name }: { name: string }) => features[name]?._type === "ClassLabel";
  const said = columns.filter(isClass);
  const candidates = said.length > 0 ? said : columns.filter(({ name }) => labelNames.includes(name));
  const chosen = labelNames.map((name) => candidates.find((one) => one.name === name)).find((one) => one !== undefined);
  if (chosen ?? candidates.length <= 1) return (chosen ?? candidates[0])?.name ?? null;
  throw new DataError(
    `${path} has ${candidates.length} columns of classes, ${candidates.map(({ name }) => name).join(", ")}: expected one ` +
      `called ${labelNames.join(", ")}.`,
  );
}

function unlabelled(count: number): Int32Array {
  return new Int32Array(count).fill(UNLABELLED);
}

/** −1 and null say that an image has no label. */
async function labelsOf(file: ParquetFile, column: string): Promise<Int32Array> {
  const labels = new Int32Array(file.rows);
  for (const { start, end } of file.groups) {
    for (const [row, value] of (await file.read(column, start, end)).entries()) {
      const label = value === null || value === undefined ? UNLABELLED : Number(value);
      const isNumber = typeof value !== "object" && typeof value !== "boolean" && typeof value !== "string";
      if ((!isNumber && value !== null) || !Number.isInteger(label) || label < UNLABELLED || label > 1e6) {
        const found = value instanceof Uint8Array ? `the text "${Buffer.from(value)}"` : String(value);
        throw new DataError(
          `${file.path}, row ${start + row}: ${column} is ${found}: expected a class number, 0 or more, or nothing.`,
        );
      }
      labels[start + row] = label;
    }
  }
  return labels;
}
