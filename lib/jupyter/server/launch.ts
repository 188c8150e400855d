import { existsSync, utimesSync } from "node:fs";
import { replaceByNode } from "../../system";
import { makeSnapshot, snapshotPlace, snapshotsWork } from "../compiler/snapshot";
import { begin } from "./begin";
import { ownModulesFolder } from "./module-mount";

/**
 * The kernel process: `node launch.js CONNECTION_FILE`. Jupyter starts it through our kernel.json, our client directly.
 *
 * If there is a snapshot of the compiler for this Node, the process turns into a Node started from it; otherwise it
 * makes one for the next time, once it has been idle for a while.
 */
function launch(connectionFile: string): void {
  const modules = ownModulesFolder(__dirname);
  if (snapshotsWork && modules !== undefined && process.env.NJEPA_KERNEL_SNAPSHOT !== "off") {
    const place = snapshotPlace(require.resolve("./begin.js"), modules);
    if (existsSync(place.file)) {
      const now = new Date();
      utimesSync(place.file, now, now);
      replaceByNode([...process.execArgv, "--snapshot-blob", place.file, __filename, connectionFile]);
    }
    setTimeout(() => makeSnapshot(place), 3000).unref();
  }
  begin(connectionFile);
}

if (require.main === module) {
  const [connectionFile] = process.argv.slice(2);
  if (connectionFile === undefined)
    throw new Error("usage: launch.js CONNECTION_FILE (made by Jupyter or by startKernel)");
  launch(connectionFile);
}
