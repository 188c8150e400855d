import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../../errors";
import { makeFolder, type OnProgress, tellEvery, temporaryPath, writeDurably } from "../../system";
import { runFetching } from "./fetching-program";

/**
 * Copies files out of a Debian package without installing it; needs no root.
 *
 * Where apt has no package lists, or none that name this package, they are fetched into a folder of our own.
 *
 * @param inside the folder in the package that holds the files
 * @throws {DataError} where there is no apt, or it fails
 */
export async function copyFromDebian(
  name: string,
  inside: string,
  files: string[],
  folder: string,
  onProgress: OnProgress,
): Promise<void> {
  const work = temporaryPath("debian");
  await mkdir(work, { mode: 0o700 });
  try {
    const archive = await tellEvery(
      1,
      onProgress,
      () => `fetching ${name} with apt-get`,
      () => downloadPackage(name, work),
    );
    const unpacked = join(work, "unpacked");
    await runFetching("dpkg-deb", ["-x", archive, unpacked], work);
    for (const file of files) await writeDurably(join(folder, file), await readFile(join(unpacked, inside, file)));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function downloadPackage(name: string, work: string): Promise<string> {
  const own = join(work, "apt");
  await makeFolder(join(own, "lists", "partial"));
  await makeFolder(join(own, "cache", "archives", "partial"));
  // As root, apt switches to a user who cannot write here; without root it does not switch.
  const quiet = ["-q", "-o", "APT::Sandbox::User=root", "-o", `Dir::Cache=${join(own, "cache")}`];
  const ownLists = [...quiet, "-o", `Dir::State::lists=${join(own, "lists")}`];
  try {
    await runFetching("apt-get", [...quiet, "download", name], work);
  } catch (error) {
    if ((error as { cause?: { code?: string } }).cause?.code === "ENOENT") throw error;
    await runFetching("apt-get", [...ownLists, "update"], work);
    await runFetching("apt-get", [...ownLists, "download", name], work);
  }
  const archive = (await readdir(work)).find((file) => file.endsWith(".deb"));
  if (archive === undefined) throw new DataError(`apt-get download ${name} left no package`);
  return join(work, archive);
}
