import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { extname, join, posix } from "node:path";
import { DataError } from "../../errors";
import type { DataProblem } from "../problem";
import { readAt, type TarMember, tarMembers } from "./tar";

/** The samples of one tar archive that have an image and a label. */
export interface ListedShard {
  /** Below the data set's folder. */
  path: string;
  bytes: number;
  /** When the archive had last changed, in ms. */
  changed: number;
  names: string[];
  offsets: number[];
  lengths: number[];
  labels: number[];
  problems: DataProblem[];
}

const images = new Set(["jpg", "jpeg", "png", "webp", "bmp", "gif"]);
/** A label's file holds a number, or a little JSON. */
const LONGEST_LABEL = 1 << 20;

/** The paths of all `.tar` files below a folder, two levels deep, in the order of their names. */
export async function findShards(root: string): Promise<string[]> {
  const found: string[] = [];
  const look = async (folder: string, deeper: boolean): Promise<void> => {
    const entries = await readdir(join(root, folder), { withFileTypes: true });
    for (const { name } of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = posix.join(folder, name);
      if (extname(name) === ".tar") found.push(path);
      else if (deeper && (await stat(join(root, path)).catch(() => null))?.isDirectory()) await look(path, false);
    }
  };
  await look("", true);
  return found;
}

/**
 * Reads a shard's headers and labels. Members that belong together have one name up to the first dot: `0001.jpg` and
 * `0001.cls` (a class number) or `0001.json` (a number at `label`, `cls` or `class`).
 *
 * Nothing is ever unpacked; a member whose name would climb out of a folder is a problem all the same, since it shows
 * that somebody tampered with the archive.
 *
 * Source: webdataset, "The WebDataset Format".
 */
export async function listShard(root: string, path: string): Promise<ListedShard> {
  const empty = { names: [], offsets: [], lengths: [], labels: [], problems: [] };
  const listed: ListedShard = { path, bytes: 0, changed: 0, ...empty };
  const problem = (file: string, kind: DataProblem["kind"], message: string) => {
    listed.problems.push({ file, kind, message });
  };
  const samples: Sample[] = [];
  try {
    const archive = await open(join(root, path), "r");
    try {
      const { size, mtimeMs } = await archive.stat();
      Object.assign(listed, { bytes: size, changed: mtimeMs });
      for await (const member of tarMembers(archive, size)) {
        const file = `${path}/${member.name}`;
        if (member.kind === "folder") continue;
        if (climbs(member.name)) problem(file, "unsafe", "its name leads out of the archive");
        else if (member.kind !== "file") problem(file, "ignored", `no plain file but a ${member.kind}`);
        else
          await takeMember(archive, member, samples, () => problem(file, "duplicate", "a second image of its sample"));
      }
    } finally {
      await archive.close();
    }
  } catch (error) {
    problem(path, error instanceof DataError ? "broken" : "unreadable", (error as Error).message);
  }
  for (const sample of samples) addSample(listed, sample, problem);
  return listed;
}

/** Puts a member to its sample: the last one, or a new one where the name changes. */
async function takeMember(
  archive: FileHandle,
  member: TarMember,
  samples: Sample[],
  onSecondImage: () => void,
): Promise<void> {
  const { key, ending } = partsOf(member.name);
  const last = samples.at(-1);
  const sample = last?.key === key ? last : { key, image: null, label: null };
  if (sample !== last) samples.push(sample);
  if (images.has(ending)) {
    if (sample.image) onSecondImage();
    else sample.image = member;
  } else if ((ending === "cls" || ending === "json") && member.bytes <= LONGEST_LABEL) {
    sample.label ??= labelOf(ending, (await readAt(archive, member.offset, member.bytes)).toString());
  }
}

interface Sample {
  key: string;
  image: TarMember | null;
  label: number | null;
}

function addSample(
  to: ListedShard,
  { key, image, label }: Sample,
  problem: (file: string, kind: DataProblem["kind"], message: string) => void,
): void {
  const file = `${to.path}/${image?.name ?? key}`;
  if (!image) problem(file, "ignored", "a sample without an image");
  else if (label === null) problem(file, "broken", "no class number: expected a member .cls, or .json with a label");
  else if (image.bytes === 0) problem(file, "broken", "empty");
  else {
    to.names.push(image.name);
    to.offsets.push(image.offset);
    to.lengths.push(image.bytes);
    to.labels.push(label);
  }
}

function partsOf(name: string): { key: string; ending: string } {
  const dot = name.indexOf(".", name.lastIndexOf("/") + 1);
  return dot < 0 ? { key: name, ending: "" } : { key: name.slice(0, dot), ending: name.slice(dot + 1).toLowerCase() };
}

function climbs(name: string): boolean {
  return name.startsWith("/") || /^[A-Za-z]:/.test(name) || name.split(/[/\\]/).includes("..");
}

function labelOf(ending: string, content: string): number | null {
  let value: unknown = content.trim();
  if (ending === "json") {
    try {
      const parsed = JSON.parse(content) as Record<string, unknown>;
      value = parsed.label ?? parsed.cls ?? parsed.class;
    } catch {
      return null;
    }
  }
  if (value === "" || value === undefined || value === null) return null;
  const label = Number(value);
  return Number.isInteger(label) && label >= 0 && label < 1e6 ? label : null;
}
