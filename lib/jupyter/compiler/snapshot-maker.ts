/** The process that makes a snapshot: `node snapshot-maker.js BLOB MAIN MODULES`. */
import { readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { constants, setPriority } from "node:os";
import path from "node:path";
import { ifUnlocked, makeFolderSync, runCommand } from "../../system";
import { failedFile } from "./snapshot";
import { snapshotScript } from "./snapshot-entry";
import { cellTypeScriptFile } from "./typescript";

/** Milliseconds after which an unused snapshot is deleted. */
const unusedFor = 14 * 86_400_000;
/** Seconds that making a snapshot may take. */
const timeout = 300;

async function make(blob: string, main: string, modules: string): Promise<void> {
  setPriority(constants.priority.PRIORITY_LOW);
  const folder = path.dirname(blob);
  makeFolderSync(folder, 0o700);
  await ifUnlocked(`${blob}.lock`, async () => {
    const draft = `${blob}.draft`;
    const start = [...process.execArgv, "--snapshot-blob", draft];
    const script = `${draft}.js`;
    writeFileSync(script, snapshotScript(cellTypeScriptFile(), modules));
    // A warning would open a stream, and from Node 24 on a process whose snapshot holds parts of a stream aborts.
    const made = await node([...start, "--no-warnings", "--build-snapshot", script]);
    // Without arguments it only shows that it can do what a kernel needs.
    const begun = made ?? (await node([...start, main]));
    if (begun === undefined) renameSync(draft, blob);
    else writeFileSync(failedFile(blob), begun);
    for (const file of [script, draft]) rmSync(file, { force: true });
  });
  sweep(folder);
}

/** @returns what Node printed if it failed */
async function node(args: string[]): Promise<string | undefined> {
  const { status, said } = await runCommand(process.execPath, args, { timeout: 1000 * timeout });
  return status === 0 ? undefined : `ended with ${status}: ${said}`;
}

function sweep(folder: string): void {
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    if (Date.now() - statSync(file).mtimeMs > unusedFor) rmSync(file, { force: true });
  }
}

const [blob, main, modules] = process.argv.slice(2);
if (blob !== undefined && main !== undefined && modules !== undefined) void make(blob, main, modules);
