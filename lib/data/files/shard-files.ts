import { open, readFile, realpath, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { DataError } from "../../errors";
import { createLimit, mapLimited, writeDurably } from "../../system";
import { inFileMemory } from "../images/file-memory";
import type { ImageFiles } from "../images/image-files";
import { type DataProblem, isFatal } from "../problem";
import type { OpenOptions } from "../source";
import { type FileKind, type FoundFiles, findFiles } from "./find-files";
import { type ListedShard, listShard } from "./list-shards";
import { manifestFile } from "./manifest";
import { readAt } from "./tar";

/** Incremented when the contents of a listing change, so that an old one is rebuilt. */
const VERSION = 2;

/** A compressed archive allows no random access to its images. */
export const SHARDS: FileKind = {
  ending: /\.tar$/i,
  refused: [
    {
      ending: /\.(t[abglx]z|tbz2|tzst|tar\.(gz|gzip|bz2|xz|zst|lz4|lzma|lzo|br|sz|z))$/i,
      why: "a packed archive, in which no image can be read by its place: unpack it to a plain .tar",
      isSign: true,
    },
    { ending: /\.tar\.(part|partial|tmp|crdownload|download|\d+)$/i, why: "a part of an archive: it is not whole" },
    { ending: /\.(zip|7z|rar|wds|tfrecords?)$/i, why: "an archive of another kind: make it a plain .tar" },
  ],
};

/** Lists all shards of a folder; those unchanged since the last time come from the cache. */
export async function listCachedShards(
  root: string,
  { fresh, onProgress }: OpenOptions,
): Promise<{ shards: ListedShard[]; problems: DataProblem[] }> {
  let real: string;
  let found: FoundFiles;
  try {
    real = await realpath(root);
    found = await findFiles(real, SHARDS);
  } catch (error) {
    throw new DataError(
      `${root} is no folder that can be read (${(error as Error).message}): expected one of .tar files.`,
    );
  }
  const { paths } = found;
  const file = manifestFile(real, "shards");
  const kept = fresh ? new Map<string, ListedShard>() : await readKept(file);
  let told = Date.now();
  let done = 0;
  const shards = await mapLimited(createLimit(availableParallelism() * 2), paths, async (path) => {
    const before = kept.get(path);
    const now = await stat(join(real, path)).catch(() => null);
    const same = before && now && before.bytes === now.size && before.changed === now.mtimeMs;
    const shard = same ? before : await listShard(real, path);
    done++;
    if (Date.now() - told > 1000) {
      told = Date.now();
      onProgress?.(`listing ${root}: ${done} of ${paths.length} shards`);
    }
    return shard;
  });
  const whole = shards.filter((shard) => !shard.problems.some(isFatal));
  try {
    await writeDurably(file, JSON.stringify({ version: VERSION, shards: whole }));
  } catch (error) {
    onProgress?.(`the listing of ${root} is not kept for the next time: ${(error as Error).message}`);
  }
  return { shards, problems: [...found.problems, ...shards.flatMap((shard) => shard.problems)] };
}

async function readKept(file: string): Promise<Map<string, ListedShard>> {
  try {
    const { version, shards } = JSON.parse(await readFile(file, "utf8")) as { version: number; shards: ListedShard[] };
    return new Map(version === VERSION ? shards.map((shard) => [shard.path, shard]) : []);
  } catch {
    // Not there, or written by something else: the shards are the truth.
    return new Map();
  }
}

/**
 * A sample with the same name and bytes as one in an earlier shard of the split is a copy and would be trained on
 * twice: it is left out. Names alone prove nothing: tools restart at 0000 in every shard.
 */
export async function withoutCopies(
  root: string,
  shards: readonly ListedShard[],
  problems: DataProblem[],
): Promise<ListedShard[]> {
  const first = new Map<string, { shard: ListedShard; at: number }>();
  const kept: ListedShard[] = [];
  for (const shard of shards) {
    const places: number[] = [];
    for (const [at, name] of shard.names.entries()) {
      const key = `${shard.lengths[at]} ${name}`;
      const before = first.get(key);
      if (before && (await isSame(root, before, { shard, at }))) {
        const message = `name and bytes are those of one in ${before.shard.path}`;
        problems.push({ file: `${shard.path}/${name}`, kind: "duplicate", message });
      } else places.push(at);
      if (!before) first.set(key, { shard, at });
    }
    kept.push(someSamples(shard, places));
  }
  return kept;
}

async function isSame(root: string, ...samples: { shard: ListedShard; at: number }[]): Promise<boolean> {
  try {
    const [one, other] = await Promise.all(
      samples.map(({ shard, at }) => {
        const bytes = shard.lengths[at] as number;
        return readMember(join(root, shard.path), shard.offsets[at] as number, bytes, Buffer.allocUnsafe(bytes));
      }),
    );
    return Buffer.compare(one as Uint8Array, other as Uint8Array) === 0;
  } catch {
    // The error surfaces when the image is read.
    return false;
  }
}

/** The samples of a shard at the given positions. */
export function someSamples(shard: ListedShard, places: readonly number[]): ListedShard {
  if (places.length === shard.names.length) return shard;
  const pick = <Value>(values: readonly Value[]) => places.map((at) => values[at] as Value);
  const { names, offsets, lengths, labels } = shard;
  return { ...shard, names: pick(names), offsets: pick(offsets), lengths: pick(lengths), labels: pick(labels) };
}

/** Every sample of some shards, in order. */
export function shardFiles(name: "train" | "test", root: string, shards: readonly ListedShard[]): ImageFiles {
  const starts = [0];
  for (const shard of shards) starts.push((starts.at(-1) as number) + shard.names.length);
  const count = starts.at(-1) as number;
  const find = (index: number) => {
    let [low, high] = [0, shards.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as number) <= index) low = middle;
      else high = middle;
    }
    const shard = shards[low];
    if (index < 0 || index >= count || shard === undefined) {
      throw new DataError(`Image ${index} of split "${name}" was asked for: expected 0 … ${count - 1}.`);
    }
    return { shard, at: index - (starts[low] as number) };
  };
  const nameOf = (index: number): string => {
    const { shard, at } = find(index);
    return `${shard.path}/${shard.names[at]}`;
  };
  return {
    name,
    count,
    labels: Int32Array.from(shards.flatMap((shard) => shard.labels)),
    nameOf,
    bytesOf: (index) => {
      const { shard, at } = find(index);
      return shard.lengths[at] as number;
    },
    use: async (index, work) => {
      const { shard, at } = find(index);
      const bytes = shard.lengths[at] as number;
      return inFileMemory(bytes, async (memory) => {
        const member = await readMember(join(root, shard.path), shard.offsets[at] as number, bytes, memory).catch(
          (error: Error) => {
            throw new DataError(`${nameOf(index)} cannot be read any more: ${error.message}.`, { cause: error });
          },
        );
        return work(member);
      });
    },
  };
}

/** The shard is opened for each image: a data set may have more shards than a process may have open files. */
async function readMember(path: string, offset: number, bytes: number, memory: Buffer): Promise<Uint8Array> {
  const archive = await open(path, "r");
  try {
    return await readAt(archive, offset, bytes, memory);
  } finally {
    await archive.close();
  }
}
