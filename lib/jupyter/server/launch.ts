import Module from "node:module";
import { ChannelLink } from "./channel-link";
import { mountModules, ownModulesFolder } from "./module-mount";

/** The kernel process: `node launch.js CONNECTION_FILE`. Jupyter starts it through our kernel.json, our client directly. */
async function launch(connectionFile: string | undefined): Promise<void> {
  if (connectionFile === undefined)
    throw new Error("usage: launch.js CONNECTION_FILE (made by Jupyter or by startKernel)");
  // From Node 22.8 on: what was compiled for one start serves the next.
  (Module as { enableCompileCache?(): unknown }).enableCompileCache?.();
  // First of all: its thread opens the sockets while this one loads TypeScript.
  const link = new ChannelLink(connectionFile);
  const modules = ownModulesFolder(__dirname);
  if (modules !== undefined) mountModules(modules);
  const { serve } = await import("./serve.js");
  serve(link, modules);
}

if (require.main === module) {
  launch(process.argv[2]).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
}
