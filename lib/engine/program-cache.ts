import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { cacheFolder } from "../system";

/** Beyond this the programs that were not used for longest go. */
const LARGEST = 2e9;

/**
 * Where XLA's compiled programs are kept between processes: a folder for this TensorFlow and this processor, whose
 * instructions they are made of.
 */
export function programCacheFolder(tensorflow: string): string {
  return cacheFolder("xla", `${tensorflow}-${processorKey()}`);
}

/**
 * Has TensorFlow keep compiled programs, before it is loaded; it looks each up by its code, so that a stale one is not
 * found. Left alone when the user has said `TF_XLA_FLAGS`.
 */
export function keepPrograms(tensorflow: string): void {
  const kept = process.env.TF_XLA_FLAGS;
  if (kept !== undefined && kept !== "") return;
  const folder = programCacheFolder(tensorflow);
  try {
    mkdirSync(folder, { recursive: true });
    removeOldest(folder);
  } catch {
    // A cache that cannot be written to is no reason not to start.
    return;
  }
  process.env.TF_XLA_FLAGS = `--tf_xla_persistent_cache_directory=${folder} --tf_xla_persistent_cache_device_types=CPU`;
}

function processorKey(): string {
  const info = "/proc/cpuinfo";
  const flags = existsSync(info) ? /^(?:flags|Features)\s*:.*$/m.exec(readFileSync(info, "utf8"))?.[0] : undefined;
  const processor = `${process.platform} ${process.arch} ${cpus()[0]?.model} ${flags}`;
  return createHash("sha256").update(processor).digest("hex").slice(0, 12);
}

function removeOldest(folder: string): void {
  const files = readdirSync(folder).map((name) => {
    const path = join(folder, name);
    const { size, atimeMs, mtimeMs } = statSync(path);
    return { path, size, used: Math.max(atimeMs, mtimeMs) };
  });
  let bytes = files.reduce((sum, { size }) => sum + size, 0);
  for (const { path, size } of files.sort((a, b) => a.used - b.used)) {
    if (bytes <= LARGEST) return;
    rmSync(path, { force: true });
    bytes -= size;
  }
}
