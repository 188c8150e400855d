import Module from "node:module";
import { ownModulesFolder } from "../own-modules";
import { ChannelLink } from "./channel-link";
import { mountModules } from "./module-mount";

/** Starts the kernel for a connection file. */
export function begin(connectionFile: string): void {
  forgetSnapshot(process.execArgv);
  // From Node 22.8 on: code compiled for one start is reused by the next.
  (Module as { enableCompileCache?(): unknown }).enableCompileCache?.();
  // First, so that its thread opens the sockets while this one loads TypeScript.
  const link = new ChannelLink(connectionFile);
  const modules = ownModulesFolder(__dirname);
  if (modules !== undefined) mountModules(modules);
  const { serve } = require("./serve.js") as typeof import("./serve");
  serve(link, modules);
}

/** Takes the snapshot off the options that `fork` and the like hand on: a Node with it is a kernel, whatever it is to run. */
function forgetSnapshot(options: string[]): void {
  const at = options.indexOf("--snapshot-blob");
  if (at >= 0) options.splice(at, 2);
}
