import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { requireWhole } from "../errors";
import { makeFolder } from "../system";
import type { Dataset } from "./dataset";

/**
 * Writes a split's first images as PNG files, into one folder for each class that occurs: of the class's name, with - for
 * /, and with its number where folders cannot have the name, would be hidden by it, or another class has it too.
 *
 * @param options.limit how many; all by default
 * @returns the files' paths, in the order of the images
 * @throws {ConfigError} for a limit that is no number of images
 */
export async function writeImageFolder(
  data: Dataset,
  split: "train" | "test",
  folder: string,
  options: { limit?: number } = {},
): Promise<string[]> {
  if (options.limit !== undefined) requireWhole("limit", options.limit, 0);
  const images = data.split(split);
  const folders = folderNames(data.classNames);
  const count = Math.min(options.limit ?? images.count, images.count);
  const { encode } = await import("fast-png");
  const files: string[] = [];
  // One by one: images from files may differ in size.
  for (let at = 0; at < count; at++) {
    const { pixels, height, width, channels, labels } = await images.read(Int32Array.of(at));
    const place = join(folder, folders[labels[0] as number] ?? "images");
    const file = join(place, `${String(at).padStart(6, "0")}.png`);
    await makeFolder(place);
    await writeFile(file, encode({ data: pixels, width, height, channels }));
    files.push(file);
  }
  return files;
}

/** Names come from whoever made the data: one such as ../.. would lead out of the folder. */
function folderNames(classNames: readonly string[]): string[] {
  const plain = classNames.map((name) => name.replaceAll(/[/\\\0]/g, "-"));
  const isOwn = (name: string) => /^[^.]/.test(name) && plain.indexOf(name) === plain.lastIndexOf(name);
  return plain.map((name, label) => (isOwn(name) ? name : `${label} ${name}`.trim()));
}
