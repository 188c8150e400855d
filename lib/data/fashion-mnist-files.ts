import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { cacheFolder, type OnProgress, tellEvery, withLock, writeDurably } from "../cache";
import { DataError } from "../errors";
import { debianPackage } from "./debian-package";

const unzip = promisify(gunzip);

/**
 * The four files, with the sha256 of what is in them: gzip headers carry a name and a date, which differ between the
 * original files and Debian's, the content does not.
 */
const FILES = {
  "train-images-idx3-ubyte.gz": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
  "train-labels-idx1-ubyte.gz": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
  "t10k-images-idx3-ubyte.gz": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
  "t10k-labels-idx1-ubyte.gz": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
} as const;

export type FashionMnistFile = keyof typeof FILES;
export type FashionMnistContent = Record<FashionMnistFile, Buffer>;

/** The data set's own address, as its repository (zalandoresearch/fashion-mnist, README) gives it. */
const ADDRESS = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/";

const CONNECT_SECONDS = 10;

/** Where the files are kept once they were fetched. */
export const fashionMnistFolder = () => cacheFolder("fashion-mnist");

/**
 * The four files' content, unzipped and checked: from NJEPA_DATA, else this user's cache, else fetched into it (Debian's
 * installed package, the data set's own address, Debian's package from its registry).
 *
 * @throws {DataError} when a file in NJEPA_DATA is missing or damaged, or when no source has the files
 */
export async function fashionMnistFiles(onProgress: OnProgress = () => {}): Promise<FashionMnistContent> {
  const stated = process.env.NJEPA_DATA;
  if (stated) return readFolder(stated);
  const cache = fashionMnistFolder();
  const cached = await tryFolder(cache);
  if (cached) return cached;
  return withLock(`${cache}.lock`, { what: "another process to fetch Fashion-MNIST", onProgress }, async () => {
    const meanwhile = await tryFolder(cache);
    if (meanwhile) return meanwhile;
    const tried: string[] = [];
    for (const [name, fetchFile] of Object.entries(sources(onProgress))) {
      try {
        return await keep(cache, fetchFile);
      } catch (error) {
        tried.push(`${name}: ${reason(error)}`);
        onProgress(`Fashion-MNIST not from ${name}: ${reason(error)}`);
      }
    }
    throw new DataError(
      `Fashion-MNIST could not be had. Tried:\n  ${tried.join("\n  ")}\n` +
        `Put its four .gz files into ${cache}, or name their folder in NJEPA_DATA.`,
    );
  });
}

/** Gives a file's gzip bytes. */
type FetchFile = (file: FashionMnistFile) => Promise<Buffer>;

function sources(onProgress: OnProgress): Record<string, FetchFile> {
  const fromFolder = (folder: string) => (file: FashionMnistFile) => readFile(join(folder, file));
  let unpacked: Promise<string> | null = null;
  return {
    "the installed Debian package": fromFolder("/usr/share/datasets/fashion-mnist"),
    "its own address": async (file) => {
      onProgress(`fetching ${file} of Fashion-MNIST`);
      const response = await fetch(ADDRESS + file, { signal: AbortSignal.timeout(CONNECT_SECONDS * 1000) });
      if (!response.ok) throw new DataError(`the server answered ${response.status} for ${file}`);
      return Buffer.from(await response.arrayBuffer());
    },
    "Debian's package dataset-fashion-mnist": async (file) => {
      unpacked ??= tellEvery(
        1,
        onProgress,
        () => "fetching Debian's package dataset-fashion-mnist (30 MB)",
        () => debianPackage("dataset-fashion-mnist"),
      );
      return readFile(join(await unpacked, "usr/share/datasets/fashion-mnist", file));
    },
  };
}

/** Fetches, checks and writes all four; each is renamed into its place only when it is whole. */
async function keep(folder: string, fetchFile: FetchFile): Promise<FashionMnistContent> {
  const content: Partial<FashionMnistContent> = {};
  for (const file of Object.keys(FILES) as FashionMnistFile[]) {
    const zipped = await fetchFile(file);
    content[file] = await checked(file, zipped, file);
    await writeDurably(join(folder, file), zipped);
  }
  return content as FashionMnistContent;
}

async function readFolder(folder: string): Promise<FashionMnistContent> {
  const entries = await Promise.all(
    (Object.keys(FILES) as FashionMnistFile[]).map(async (file) => {
      const path = join(folder, file);
      const zipped = await readFile(path).catch((error: Error) => {
        throw new DataError(`Fashion-MNIST lacks ${path}: ${error.message}`, { cause: error });
      });
      return [file, await checked(file, zipped, path)] as const;
    }),
  );
  return Object.fromEntries(entries) as FashionMnistContent;
}

/** Null when the folder does not have all files whole; what is damaged there will be fetched again. */
async function tryFolder(folder: string): Promise<FashionMnistContent | null> {
  return readFolder(folder).catch(() => null);
}

async function checked(file: FashionMnistFile, zipped: Buffer, source: string): Promise<Buffer> {
  const content = await unzip(zipped).catch((error: Error) => {
    throw new DataError(`${source} is damaged: its gzip data cannot be read (${error.message}). Fetch it again.`, {
      cause: error,
    });
  });
  const found = createHash("sha256").update(content).digest("hex");
  if (found !== FILES[file]) {
    throw new DataError(
      `${source} is damaged: expected content of sha256 ${FILES[file]}, got ${found}. Fetch it again.`,
    );
  }
  return content;
}

function reason(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && !message.includes(cause.message) ? `${message} (${cause.message})` : message;
}
