import Module from "node:module";
import { ChannelLink } from "./channel-link";
import { mountModules, ownModulesFolder } from "./module-mount";

/** Begins the kernel of a connection file; without one it loads what a kernel is made of, and ends. */
export function begin(connectionFile: string | undefined): void {
  if (connectionFile === undefined) {
    require("./serve.js");
    return;
  }
  // From Node 22.8 on: what was compiled for one start serves the next.
  (Module as { enableCompileCache?(): unknown }).enableCompileCache?.();
  // First of all: its thread opens the sockets while this one loads TypeScript.
  const link = new ChannelLink(connectionFile);
  const modules = ownModulesFolder(__dirname);
  if (modules !== undefined) mountModules(modules);
  const { serve } = require("./serve.js") as typeof import("./serve");
  serve(link, modules);
}
