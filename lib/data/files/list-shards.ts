import { type FileHandle, open } from "node:fs/promises";
import { join, posix } from "node:path";
import { DataError } from "../../errors";
import type { DataProblem } from "../problem";
import { isHidden, isLitter } from "./litter";
import { parseLabel, type SampleLabel } from "./sample-label";
import { readAt, type TarMember, tarMembers } from "./tar";

/** The samples of one tar archive that have an image. */
export interface ListedShard {
  /** Relative to the data set's folder. */
  path: string;
  bytes: number;
  /** When the archive was last modified, in ms. */
  changed: number;
  names: string[];
  offsets: number[];
  lengths: number[];
  /** −1: the sample does not state its class. */
  labels: number[];
  problems: DataProblem[];
}

const images = new Set(["jpg", "jpeg", "png", "webp", "bmp", "gif"]);
/** A label file holds a number, or a little JSON. */
const LONGEST_LABEL = 1 << 20;

/**
 * Reads a shard's headers and labels. Members of one sample share their name up to the first dot: `0001.jpg` and
 * `0001.cls` (a class number) or `0001.json` (a number at `label`, `cls` or `class`). They need not be adjacent.
 *
 * Nothing is ever unpacked; a member whose name would escape the folder is a problem all the same, since it shows that
 * somebody tampered with the archive.
 *
 * Source: webdataset, "The WebDataset Format".
 */
export async function listShard(root: string, path: string): Promise<ListedShard> {
  const empty = { names: [], offsets: [], lengths: [], labels: [], problems: [] };
  const listed: ListedShard = { path, bytes: 0, changed: 0, ...empty };
  const problem = (file: string, kind: DataProblem["kind"], message: string) => {
    listed.problems.push({ file, kind, message });
  };
  const samples = new Map<string, Sample>();
  let forks = 0;
  try {
    const archive = await open(join(root, path), "r");
    try {
      const { size, mtimeMs } = await archive.stat();
      Object.assign(listed, { bytes: size, changed: mtimeMs });
      for await (const member of tarMembers(archive, size)) {
        const file = `${path}/${member.name}`;
        if (member.kind === "folder") continue;
        if (climbs(member.name)) problem(file, "unsafe", "its name leads out of the archive");
        else if (isForeign(member.name)) forks++;
        else if (member.kind !== "file") problem(file, "ignored", `no plain file but a ${member.kind}`);
        else await takeMember(archive, member, samples, (message) => problem(file, "duplicate", message));
      }
    } finally {
      await archive.close();
    }
  } catch (error) {
    problem(path, error instanceof DataError ? "broken" : "unreadable", (error as Error).message);
  }
  if (forks > 0) problem(path, "ignored", `${forks} members of the system's, such as ._NAME of macOS`);
  for (const sample of samples.values()) addSample(listed, sample, problem);
  return listed;
}

interface Sample {
  key: string;
  image: TarMember | null;
  label: SampleLabel;
  /** Extensions of its members that are neither image nor label. */
  others: string[];
}

async function takeMember(
  archive: FileHandle,
  member: TarMember,
  samples: Map<string, Sample>,
  onSecond: (message: string) => void,
): Promise<void> {
  const { key, ending } = partsOf(member.name);
  const sample: Sample = samples.get(key) ?? { key, image: null, label: null, others: [] };
  samples.set(key, sample);
  if (images.has(ending)) {
    if (sample.image) onSecond(`a second image of its sample, after ${sample.image.name}`);
    else sample.image = member;
  } else if ((ending === "cls" || ending === "json") && member.bytes <= LONGEST_LABEL) {
    sample.label ??= parseLabel(ending, (await readAt(archive, member.offset, member.bytes)).toString());
  } else sample.others.push(ending);
}

function addSample(
  to: ListedShard,
  { key, image, label, others }: Sample,
  problem: (file: string, kind: DataProblem["kind"], message: string) => void,
): void {
  const file = `${to.path}/${image?.name ?? key}`;
  if (!image) {
    const hidden = others.find((ending) => images.has(posix.extname(ending).slice(1)));
    if (hidden === undefined) problem(file, "ignored", "a sample without an image");
    else {
      problem(
        file,
        "broken",
        `no member ${key}.jpg (or png …) but ${key}.${hidden}: a name is parted at its first dot, what is before it is the ` +
          `sample's; rename the members`,
      );
    }
  } else if (image.bytes === 0) problem(file, "broken", "empty");
  else if (label && "found" in label)
    problem(file, "broken", `its label is ${label.found}: expected a class number, 0 or more`);
  else {
    to.names.push(image.name);
    to.offsets.push(image.offset);
    to.lengths.push(image.bytes);
    to.labels.push(label?.label ?? -1);
  }
}

function partsOf(name: string): { key: string; ending: string } {
  const dot = name.indexOf(".", name.lastIndexOf("/") + 1);
  return dot < 0 ? { key: name, ending: "" } : { key: name.slice(0, dot), ending: name.slice(dot + 1).toLowerCase() };
}

/** Files that macOS and other systems add when they pack a folder. */
function isForeign(name: string): boolean {
  return isHidden(posix.basename(name)) || name.split("/").some(isLitter);
}

function climbs(name: string): boolean {
  return name.startsWith("/") || /^[A-Za-z]:/.test(name) || name.split(/[/\\]/).includes("..");
}
