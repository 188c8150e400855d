import { randomBytes } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasEnded, processTag } from "./process-identity";

const pattern = /^njepa-[a-z]+-(\d+-\d*-[0-9a-f]{6})-[0-9a-f]{8}(\.\w+)?$/;
let swept = false;

/** Removes what killed processes of this machine and container have left in the system's temporary folder, once. */
export function removeTemporaryLeftovers(): void {
  if (!swept) sweep();
  swept = true;
}

/**
 * An unused path in the system's temporary folder that names the process it belongs to. The caller creates and removes
 * it; leftovers of killed processes are removed at this process's first call, but for those of other machines and containers
 * that share the folder.
 *
 * @param what one word for its content: `inputs`
 * @param ending file extension, such as `.json`
 */
export function temporaryPath(what: string, ending = ""): string {
  removeTemporaryLeftovers();
  return join(tmpdir(), `njepa-${what}-${processTag()}-${randomBytes(4).toString("hex")}${ending}`);
}

function sweep(): void {
  const folder = tmpdir();
  for (const name of readdirSync(folder)) {
    const [, tag] = pattern.exec(name) ?? [];
    if (tag === undefined || !hasEnded(tag)) continue;
    try {
      rmSync(join(folder, name), { recursive: true, force: true });
    } catch {
      // It belongs to another user and is not ours to remove.
    }
  }
}
