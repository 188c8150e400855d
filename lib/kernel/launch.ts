import { rmSync } from "node:fs";
import { mountModules, ownModulesFolder } from "./module-mount";

/** The kernel process: `node launch.js CONNECTION_FILE`. Jupyter starts it through our kernel.json, our client directly. */
async function launch(connectionFile: string | undefined): Promise<void> {
  if (connectionFile === undefined)
    throw new Error("usage: launch.js CONNECTION_FILE (made by Jupyter or by startKernel)");
  const modules = ownModulesFolder(__dirname);
  if (modules !== undefined) mountModules(modules);
  followParent(connectionFile);
  // Loaded only now: it loads tslab, which must meet the mounted TypeScript.
  const { serve } = await import("./serve.js");
  await serve(connectionFile);
}

/**
 * Ends this process when the one that started it is gone, if that one says so in Jupyter's way. Nobody is left then to delete
 * the connection file, which holds the key.
 */
function followParent(connectionFile: string): void {
  if (!process.env.JPY_PARENT_PID) return;
  const parent = process.ppid;
  const look = () => {
    if (process.ppid === parent) return;
    rmSync(connectionFile, { force: true });
    process.exit(1);
  };
  setInterval(look, 1000).unref();
}

if (require.main === module) {
  launch(process.argv[2]).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
}
