/** Run the engine's and the kernel's tests under other versions of Node.  Exit 0 all passed, 1 some did not, 2 bad usage. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command, print } from "njepa/command-line";
import { CliError, NjepaError } from "njepa/errors";

const root = join(__dirname, "../..");

/** Fetches a Node from the npm registry into its own folder, where it affects nothing else. */
function fetchNode(version: string, folder: string): string {
  const name = `node-${process.platform}-${process.arch}`;
  const args = ["install", "--prefix", folder, "--ignore-scripts", "--no-save", "--no-audit", `${name}@${version}`];
  const { status, stderr } = spawnSync("npm", args, { encoding: "utf8", cwd: folder });
  if (status !== 0) throw new NjepaError(`npm could not fetch ${name}@${version}: ${stderr.trim()}`);
  return join(folder, "node_modules", name, "bin/node");
}

export default command(module, {
  name: "test:node",
  says: "run the engine's and the kernel's tests under other versions of Node",
  words: "VERSION…",
  about: "  VERSION…   such as 22, 24.11.1 or latest; default: 22 24 latest",
  options: {
    tests: { type: "string", default: "test/engine", description: "the tests to run, default: engine and kernel" },
  },
  run({ tests = "test/engine test/jupyter" }, words) {
    const versions = words.length > 0 ? words : ["22", "24", "latest"];
    const odd = versions.find((version) => !/^[\w.-]+$/.test(version));
    if (odd !== undefined) throw new CliError(`a version of Node is expected, got ${odd}`);
    const failed: string[] = [];
    for (const version of versions) {
      const folder = mkdtempSync(join(tmpdir(), "njepa-node-"));
      try {
        const node = fetchNode(version, folder);
        const is = spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim();
        const vitest = join(root, "node_modules/vitest/vitest.mjs");
        const { status } = spawnSync(node, [vitest, "run", ...tests.split(" ")], { cwd: root, stdio: "inherit" });
        print(`Node ${is}: ${status === 0 ? "passed" : `failed (exit ${status})`}`);
        if (status !== 0) failed.push(is);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
    return failed.length === 0 ? 0 : 1;
  },
});
