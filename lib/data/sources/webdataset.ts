import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../../errors";
import { fileDataset } from "../files/file-dataset";
import { findShards, type ListedShard } from "../files/list-shards";
import { pathOf } from "../files/path";
import { listCachedShards, shardFiles, withoutCopies } from "../files/shard-files";
import type { DataSource } from "../source";

/**
 * A folder of WebDataset shards: `.tar` files in it or in folders of it. A shard is for evaluation if the name of its file
 * or folder says val, validation or test, else for training. Class names are the lines of `classes.txt`, else the numbers.
 *
 * Shards are indexed once by their headers; afterwards any image is read by itself, in any order.
 */
export const source: DataSource = {
  async open(config, options) {
    const root = pathOf(config);
    const shards = await listCachedShards(root, options);
    const problems = shards.flatMap((shard) => shard.problems);
    const isTest = ({ path }: ListedShard) => /(^|[^a-z])(val|validation|test)([^a-z]|$)/i.test(path);
    const train = withoutCopies(
      shards.filter((shard) => !isTest(shard)),
      problems,
    );
    const test = withoutCopies(shards.filter(isTest), problems);
    const labels = shards.flatMap((shard) => shard.labels);
    const classes = labels.reduce((most, label) => Math.max(most, label), -1) + 1;
    return fileDataset(
      {
        root,
        layout: "WebDataset shards: .tar files with NAME.jpg and NAME.cls or NAME.json",
        classNames: await classNamesOf(root, classes),
        problems,
        train: shardFiles("train", root, train),
        test: test.length > 0 ? shardFiles("test", root, test) : null,
      },
      config,
      options,
    );
  },
  recognizes: async (path) => (await findShards(path).catch(() => [])).length > 0,
};

async function classNamesOf(root: string, count: number): Promise<string[]> {
  let lines: string[];
  try {
    lines = (await readFile(join(root, "classes.txt"), "utf8")).split(/\r?\n/).filter((line) => line !== "");
  } catch {
    return Array.from({ length: count }, (_, label) => String(label));
  }
  if (lines.length >= count) return lines;
  throw new DataError(
    `${join(root, "classes.txt")} names ${lines.length} classes: expected at least ${count}, as labels say.`,
  );
}
