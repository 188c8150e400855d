import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { makeFolderSync, processTag } from "../../system";
import { trimMemory } from "../native/malloc-trim";
import type { LoadedProgram } from "../pjrt/client";
import type { ProgramDevice } from "../pjrt/device";
import { prepareFolder, programCacheFolder, removeOldest } from "../programs/folder";
import { drop, isIntact, writeStamp, writeWhole } from "../programs/stamp";
import type { Runtime } from "../runtime";

/** A program and the file it is kept in; null if it is not kept. */
export interface KeptProgram {
  program: LoadedProgram;
  path: string | null;
}

/**
 * A compiled program, or the one an earlier process kept for the same text, flags, plugin and device. A kept program that is
 * damaged or cannot be loaded is dropped; where programs cannot or should not be kept, each process compiles its own.
 */
export async function compileKept(
  { client, info, device }: ProgramDevice,
  text: string,
  outputs: number,
  label: string,
  { stats, programs }: Pick<Runtime, "stats" | "programs">,
): Promise<KeptProgram> {
  const began = performance.now();
  const { platform, platformVersion, apiVersion, bytes, driver, libraries } = info;
  // A program for the CPU is cut into as many parts as there were processors when it was compiled.
  const processors = client.isCpu ? [availableParallelism()] : [];
  const compiler = [platform, platformVersion, device.kind, bytes, driver, libraries.join(), ...processors];
  const flags = JSON.stringify(client.flags);
  const key = createHash("sha256").update([text, flags, ...compiler].join("\0"));
  const folder = programCacheFolder(`pjrt-${platform}-${apiVersion}`);
  const path = join(folder, `${key.digest("hex").slice(0, 40)}.pjrt`);
  const isKept = programs !== null && prepareFolder(folder) === null;
  try {
    const kept = isKept && isIntact(path) ? await load(path) : null;
    if (kept) return { program: kept, path };
    const program = await client.compile(text, outputs, label);
    const wasKept = isKept && keep(path, program);
    trimMemory();
    return { program, path: wasKept ? path : null };
  } finally {
    stats.compileSeconds += (performance.now() - began) / 1000;
  }

  async function load(from: string): Promise<LoadedProgram | null> {
    try {
      return await client.load(readFileSync(from), outputs);
    } catch {
      forget(from);
      return null;
    }
  }

  function keep(at: string, program: LoadedProgram): boolean {
    try {
      makeFolderSync(folder);
      writeWhole(at, client.serialize(program));
      writeStamp(at);
      removeOldest(folder);
      return true;
    } catch {
      forget(`${at}.${processTag()}`);
      forget(at);
      return false;
    }
  }
}

/** Removes a damaged program; one that cannot be removed is still not intact, and so never read. */
function forget(path: string): void {
  try {
    drop(path);
  } catch {}
}
