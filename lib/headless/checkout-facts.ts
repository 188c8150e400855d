import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { release, totalmem, type } from "node:os";
import path from "node:path";
import type { Provenance } from "../report";
import { checkout, compiledFile, processor } from "../system";

/** Provenance known from the checkout that this library runs from; what cannot be found out is left out. */
export async function checkoutFacts(): Promise<Provenance> {
  const packageFolder = path.dirname(compiledFile());
  const root = path.dirname(packageFolder);
  const lockfile = await readFile(path.join(root, "package-lock.json")).catch(() => undefined);
  const { commit, clean } = await checkout();
  const manifest = await readFile(path.join(packageFolder, "package.json"), "utf8");
  return {
    commit: commit ?? undefined,
    clean: clean ?? undefined,
    version: (JSON.parse(manifest) as { version?: string }).version,
    lockfile: lockfile === undefined ? undefined : createHash("sha256").update(lockfile).digest("hex"),
    node: process.version,
    machine: machine(),
  };
}

function machine(): string {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  return `${processor()}, ${memory}, ${type()} ${release()}`;
}
