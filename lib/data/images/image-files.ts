import { open } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../../errors";
import { invocation } from "../../system";
import type { SplitName } from "../dataset";
import { inFileMemory } from "./file-memory";

/** The images of one split as stored on disk: names and labels in memory, bytes read on demand. */
export interface ImageFiles {
  name: SplitName;
  count: number;
  /** [count], class numbers. */
  labels: Int32Array;
  /** An image's name in messages and lists. */
  nameOf(index: number): string;
  /** Length of the image's file when it was listed. */
  bytesOf(index: number): number;
  /**
   * Works on a file's bytes, whose buffer is reused for another file when the work has ended.
   *
   * @throws {DataError} naming the file, when it cannot be read or is not the one that was listed
   */
  use<Result>(index: number, work: (bytes: Uint8Array) => Promise<Result>): Promise<Result>;
}

/** A selection of images by position, in the given order. */
export function someFiles(files: ImageFiles, places: Int32Array, name = files.name): ImageFiles {
  if (places.length === files.count && name === files.name) return files;
  const at = (index: number) => imageAt(places, index, name);
  return {
    name,
    count: places.length,
    labels: places.map((place) => files.labels[place] as number),
    nameOf: (index) => files.nameOf(at(index)),
    bytesOf: (index) => files.bytesOf(at(index)),
    use: (index, work) => files.use(at(index), work),
  };
}

function imageAt<Image>(images: ArrayLike<Image>, index: number, split: string): Image {
  const image = images[index];
  if (image === undefined) {
    throw new DataError(`Image ${index} of split "${split}" was asked for: expected 0 … ${images.length - 1}.`);
  }
  return image;
}

/** A file of a split, as listed. */
export interface ListedFile {
  path: string;
  bytes: number;
  label: number;
}

/** Files under `root`. */
export function folderFiles(name: SplitName, root: string, files: readonly ListedFile[]): ImageFiles {
  const at = (index: number) => imageAt(files, index, name);
  return {
    name,
    count: files.length,
    labels: Int32Array.from(files, ({ label }) => label),
    nameOf: (index) => at(index).path,
    bytesOf: (index) => at(index).bytes,
    use: async (index, work) => {
      const { path, bytes } = at(index);
      return inFileMemory(bytes + 1, async (memory) => work(await readWhole(join(root, path), bytes, memory)));
    },
  };
}

/** Opened, read and closed by hand: `readFile` asks for the size first and allocates its own buffer. */
async function readWhole(path: string, bytes: number, buffer: Buffer): Promise<Uint8Array> {
  let read = 0;
  try {
    const file = await open(path, "r");
    try {
      for (;;) {
        const { bytesRead } = await file.read(buffer, read, bytes + 1 - read, read);
        read += bytesRead;
        // One byte more was requested: a file that returns only the listed length has ended there.
        if (bytesRead === 0 || read >= bytes) break;
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new DataError(`${path} cannot be read any more: ${(error as Error).message}.`, { cause: error });
  }
  if (read !== bytes) {
    throw new DataError(
      `${path} has changed since its folder was listed: expected ${bytes} bytes, got ${read > bytes ? "more" : read}. ` +
        `Run "${invocation("data", "inspect FOLDER")}" to list it anew.`,
    );
  }
  return buffer.subarray(0, bytes);
}
