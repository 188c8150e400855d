import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../../errors";
import { withoutByteOrderMark } from "../../system";
import { divideParts } from "../files/divide-parts";
import { fileDataset } from "../files/file-dataset";
import { hasFiles } from "../files/find-files";
import type { ListedShard } from "../files/list-shards";
import { pathOf } from "../files/path";
import { listCachedShards, SHARDS, shardFiles, someSamples, withoutCopies } from "../files/shard-files";
import type { DataProblem } from "../problem";
import type { DataSource } from "../source";

/**
 * A folder of WebDataset shards: `.tar` files in it or its subfolders. A shard is for evaluation if the name of its
 * file or folder says so (val, valid, dev, eval, test …), otherwise for training. Class names are the lines of
 * `classes.txt`, otherwise the numbers. Where no sample states its class, all are unlabelled.
 *
 * Shards are indexed once by their headers; afterwards images are read individually, in any order.
 */
export const source: DataSource = {
  async open(config, options) {
    const root = pathOf(config);
    const { shards, problems } = await listCachedShards(root, options);
    const parts = divideParts(shards, problems);
    const isLabelled = [...parts.train, ...parts.test].some(({ labels }) => labels.some((label) => label >= 0));
    const finish = async (some: readonly ListedShard[]) => {
      const labelled = isLabelled ? some.map((shard) => withoutUnlabelled(shard, problems)) : some;
      return withoutCopies(root, labelled, problems);
    };
    const [train, test] = [await finish(parts.train), await finish(parts.test)];
    const labels = [...train, ...test].flatMap((shard) => shard.labels);
    const classes = labels.reduce((most, label) => Math.max(most, label), -1) + 1;
    return fileDataset(
      {
        root,
        layout: "WebDataset shards: .tar files with NAME.jpg and NAME.cls or NAME.json",
        classNames: isLabelled ? await classNamesOf(root, classes) : [],
        problems,
        train: shardFiles("train", root, train),
        test: test.length > 0 ? shardFiles("test", root, test) : null,
      },
      config,
      options,
    );
  },
  recognizes: (path) => hasFiles(path, SHARDS).catch(() => false),
};

function withoutUnlabelled(shard: ListedShard, problems: DataProblem[]): ListedShard {
  const places: number[] = [];
  shard.labels.forEach((label, at) => {
    if (label >= 0) places.push(at);
    else {
      const message = "no class number, though others have one: expected a member .cls, or .json with a label";
      problems.push({ file: `${shard.path}/${shard.names[at]}`, kind: "broken", message });
    }
  });
  return someSamples(shard, places);
}

async function classNamesOf(root: string, count: number): Promise<string[]> {
  let lines: string[];
  try {
    lines = withoutByteOrderMark(await readFile(join(root, "classes.txt"), "utf8"))
      .split(/\r?\n/)
      .filter((line) => line !== "");
  } catch {
    return Array.from({ length: count }, (_, label) => String(label));
  }
  if (lines.length >= count) return lines;
  throw new DataError(
    `${join(root, "classes.txt")} names ${lines.length} classes: expected at least ${count}, as labels say.`,
  );
}
