import { Worker } from "node:worker_threads";
import { snapshotContent } from "../compiler/snapshot-content";
import { begin } from "./begin";

/**
 * The kernel process: `node launch.js CONNECTION_FILE`. Jupyter starts it through our kernel.json, our client directly.
 *
 * If there is a snapshot of the compiler for this Node, the process turns into a Node started from it; otherwise it
 * makes one for the next time, once it has been idle for a while.
 */
function launch(connectionFile: string): void {
  if (snapshotContent() === undefined) toSnapshot(connectionFile);
  begin(connectionFile);
}

/** Does not return if there is a snapshot. */
function toSnapshot(connectionFile: string): void {
  // A Node started from a snapshot does without these.
  const { kernelSnapshot, makeSnapshot, startOptions } =
    require("../compiler/snapshot") as typeof import("../compiler/snapshot");
  const { replaceByNode } = require("../../system") as typeof import("../../system");
  const place = kernelSnapshot(__dirname, process.env);
  const options = place && startOptions(place);
  if (options !== undefined) replaceByNode([...process.execArgv, ...options, __filename, connectionFile]);
  if (place !== undefined) setTimeout(() => makeSnapshot(place), 3000).unref();
}

/** Tries whether this Node, started from a new snapshot, can do what a kernel needs: if not, it ends with an error. */
function tryOut(): void {
  require("./serve.js");
  // A thread that loads native parts of Node which the snapshot holds as well would end the process.
  new Worker('require("node:child_process"); require("node:crypto"); require("node:v8")', { eval: true });
}

if (require.main === module) {
  const [connectionFile] = process.argv.slice(2);
  if (connectionFile !== undefined) launch(connectionFile);
  else if (snapshotContent() !== undefined) tryOut();
  else throw new Error("usage: launch.js CONNECTION_FILE (made by Jupyter or by startKernel)");
}
