import { replaceByNode } from "../../system";
import { kernelSnapshot, makeSnapshot, startOptions } from "../compiler/snapshot";
import { begin } from "./begin";

/**
 * The kernel process: `node launch.js CONNECTION_FILE`. Jupyter starts it through our kernel.json, our client directly.
 *
 * If there is a snapshot of the compiler for this Node, the process turns into a Node started from it; otherwise it
 * makes one for the next time, once it has been idle for a while.
 */
function launch(connectionFile: string): void {
  const place = kernelSnapshot(__dirname, process.env);
  const options = place && startOptions(place);
  if (options !== undefined) replaceByNode([...process.execArgv, ...options, __filename, connectionFile]);
  if (place !== undefined) setTimeout(() => makeSnapshot(place), 3000).unref();
  begin(connectionFile);
}

if (require.main === module) {
  const [connectionFile] = process.argv.slice(2);
  if (connectionFile === undefined)
    throw new Error("usage: launch.js CONNECTION_FILE (made by Jupyter or by startKernel)");
  launch(connectionFile);
}
