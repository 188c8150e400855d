import { spawnSync } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { EngineError } from "../../errors";
import { type CommandEnd, folderBytes, formatBytes, type OnProgress, runCommand, tellEvery } from "../../system";
import type { PinnedWheel } from "./pinned-wheel";

const commands = [["python3", "-m", "pip"], ["pip3"], ["pip"], ["python", "-m", "pip"]];

/**
 * Downloads a wheel into a folder with whatever pip is available, no matter which Python that pip belongs to.
 *
 * @param folder an empty folder; pip's own temporary files go there too
 * @returns      the wheel's path
 * @throws {EngineError} when there is no pip, or when it fails, with the tail of its output
 */
export async function downloadWheel(wheel: PinnedWheel, folder: string, onProgress: OnProgress): Promise<string> {
  const pip = findPip();
  const requirement = `${wheel.package}==${wheel.version}`;
  const args = [
    ...pip.slice(1),
    "download",
    "--no-deps",
    ...["--only-binary", ":all:", "--python-version", "3.11", "--implementation", "cp", "--abi", "cp311"],
    ...["--platform", wheel.platformTag],
    // We keep unpacked what pip would cache.
    ...["--no-cache-dir", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"],
    ...["--retries", "2", "--timeout", "30", "--dest", folder],
    requirement,
  ];
  const total = wheel.bytes ?? Number.POSITIVE_INFINITY;
  const of = wheel.bytes === null ? "" : ` of ${formatBytes(wheel.bytes)}`;
  const ended = await tellEvery(
    1,
    onProgress,
    async () =>
      `fetching ${requirement} with ${pip.join(" ")}: ${formatBytes(Math.min(await folderBytes(folder), total))}${of}`,
    () => runCommand(pip[0] as string, args, { env: { ...process.env, TMPDIR: folder, PYTHONUNBUFFERED: "1" } }),
  );
  if (ended.status !== 0) throw pipFailed(wheel, pip, ended);
  const name = (await readdir(folder)).find((file) => file.endsWith(".whl"));
  if (name === undefined) throw pipFailed(wheel, pip, { ...ended, said: `it left no wheel in ${folder}` });
  return join(folder, name);
}

function findPip(): string[] {
  for (const command of commands) {
    const [program, ...rest] = command as [string, ...string[]];
    if (spawnSync(program, [...rest, "--version"], { timeout: 30_000 }).status === 0) return command;
  }
  throw new EngineError(
    `No pip was found (${commands.map((command) => command.join(" ")).join(", ")} all failed). Install Python's pip ` +
      `(Debian: "apt-get install python3-pip"), or set NJEPA_TENSORFLOW to a folder that holds TensorFlow's libraries.`,
  );
}

function pipFailed(wheel: PinnedWheel, pip: string[], ended: CommandEnd): EngineError {
  const what = `${pip.join(" ")} download ${wheel.package}==${wheel.version} (${wheel.platformTag})`;
  const how = ended.signal === null ? `exit ${ended.status}` : `signal ${ended.signal}`;
  const said = ended.said.trim().split("\n").slice(-5).join("\n    ");
  return new EngineError(`${what} failed with ${how}. ${remedy(ended.said)} Pip's last words:\n    ${said}`);
}

function remedy(said: string): string {
  if (/No space left on device|Errno 28/.test(said)) return "The disk is full: free some space and try again.";
  if (/do not match the hashes|hash mismatch/i.test(said)) return "What the package index sent is not what it lists.";
  if (/connection|timed? ?out|resolve|Network is unreachable|SSLError|ProxyError/i.test(said)) {
    return "The package index could not be reached: connect this machine, or copy the libraries and set NJEPA_TENSORFLOW.";
  }
  if (/No matching distribution/.test(said))
    return "The package index that pip is set to use does not have this build.";
  return "";
}
