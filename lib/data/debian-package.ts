import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { DataError } from "../errors";

const run = promisify(execFile);

const LIMIT = { timeout: 300_000, maxBuffer: 64 * 1024 * 1024 };

/**
 * Fetches and unpacks a Debian package without being root and without installing it; apt checks its signature.
 *
 * @returns a temporary folder with the package's files, removed when the process ends
 * @throws {DataError} where apt is missing or does not have the package
 */
export async function debianPackage(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "njepa-debian-"));
  process.once("exit", () => require("node:fs").rmSync(folder, { recursive: true, force: true }));
  // Package lists of our own: the system's may be absent, and only root may renew them.
  const lists = join(folder, "lists");
  const cache = join(folder, "cache");
  await mkdir(join(lists, "partial"), { recursive: true });
  await mkdir(join(cache, "archives", "partial"), { recursive: true });
  const own = ["-o", `Dir::State::Lists=${lists}`, "-o", `Dir::Cache=${cache}`, "-o", "APT::Sandbox::User="];
  try {
    await run("apt-get", ["download", name], { ...LIMIT, cwd: folder }).catch(async () => {
      await run("apt-get", [...own, "update"], { ...LIMIT, cwd: folder });
      await run("apt-get", [...own, "download", name], { ...LIMIT, cwd: folder });
    });
    const archive = (await readdir(folder)).find((file) => file.startsWith(`${name}_`) && file.endsWith(".deb"));
    if (!archive) throw new DataError(`apt-get downloaded nothing for ${name}`);
    const unpacked = join(folder, "unpacked");
    await run("dpkg-deb", ["-x", archive, unpacked], { ...LIMIT, cwd: folder });
    return unpacked;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    const { code, message } = error as NodeJS.ErrnoException;
    const last = message.trim().split("\n").at(-1);
    throw new DataError(code === "ENOENT" ? "this system has no apt-get" : `apt-get: ${last}`, { cause: error });
  }
}
