import { spawn, spawnSync } from "node:child_process";
import path from "node:path";
import { installKernel } from "../../../lib/kernel";

const python = process.env.NJEPA_PEER_PYTHON ?? "python3";

/** Why Jupyter's own programs cannot be tried here, or undefined if they can. */
export function missing(...modules: string[]): string | undefined {
  const code = modules.map((name) => `import ${name}`).join("\n");
  const tried = spawnSync(python, ["-c", code], { encoding: "utf8" });
  if (tried.status === 0) return undefined;
  return `${python}: ${tried.error?.message ?? tried.stderr.trim().split("\n").at(-1)}`;
}

/** Runs Python with our kernel, and no other of this machine's, known to Jupyter. */
export async function runPython(args: string[], { prefix, cwd = prefix }: { prefix: string; cwd?: string }) {
  installKernel({ prefix });
  const env = {
    ...process.env,
    JUPYTER_PATH: path.join(prefix, "share", "jupyter"),
    JUPYTER_RUNTIME_DIR: path.join(prefix, "runtime"),
    JUPYTER_CONFIG_DIR: path.join(prefix, "config"),
    JUPYTER_DATA_DIR: path.join(prefix, "data"),
    IPYTHONDIR: path.join(prefix, "ipython"),
  };
  const child = spawn(python, args, { cwd, env });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += String(text)));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, output };
}
