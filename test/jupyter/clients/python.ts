import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import path from "node:path";
import { installKernel } from "../../../lib/jupyter";

export const python = process.env.NJEPA_PEER_PYTHON || "python3";

/** Why Jupyter's own programs cannot be tried here, or undefined if they can. */
export function missing(...modules: string[]): string | undefined {
  const code = modules.map((name) => `import ${name}`).join("\n");
  const tried = spawnSync(python, ["-c", code], { encoding: "utf8" });
  if (tried.status === 0) return undefined;
  return `${python}: ${tried.error?.message ?? tried.stderr.trim().split("\n").at(-1)}`;
}

/** In which Jupyter knows the kernel in the prefix, and no other of this machine's. */
export function jupyterEnvironment(prefix: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    JUPYTER_PATH: path.join(prefix, "share", "jupyter"),
    JUPYTER_RUNTIME_DIR: path.join(prefix, "runtime"),
    JUPYTER_CONFIG_DIR: path.join(prefix, "config"),
    JUPYTER_DATA_DIR: path.join(prefix, "data"),
    IPYTHONDIR: path.join(prefix, "ipython"),
  };
}

/** Runs Python to its end with our kernel known to Jupyter. */
export async function runPython(args: string[], { prefix, cwd = prefix }: { prefix: string; cwd?: string }) {
  installKernel({ prefix });
  const child = spawn(python, args, { cwd, env: jupyterEnvironment(prefix) });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += String(text)));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, output };
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
