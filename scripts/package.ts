/** Make the package that people install: `build/package`, and its archive beside it.  Exit 0 made, 1 failed. */
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { command, print } from "njepa/command-line";

const root = join(__dirname, "../..");
const folder = join(root, "build/package");
/** Its code is used, and its install script, which fetches an old TensorFlow, must not run: it travels in the archive. */
const bundled = "@tensorflow/tfjs-node-gpu";

const read = (path: string) => JSON.parse(readFileSync(join(root, path), "utf8"));

export default command(module, {
  name: "package",
  says: "make the package that people install: build/package, and its archive beside it",
  options: { json: { type: "boolean", description: "print npm's own description of the archive" } },
  run({ json }) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    copyCompiled("lib/dist", "lib", "dist");
    copyCompiled("build/scripts", "scripts", "commands", /\.d\.ts$|\/(test-|package\.js)/);
    for (const file of ["README.md", "CHANGELOG.md", "LICENSE", "docs/method.md"])
      cpSync(join(root, file), join(folder, file));
    chmodSync(join(folder, "commands/njepa.js"), 0o755);
    const own = bundle();
    writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest(own), null, 2)}\n`);
    const packed = execFileSync("npm", ["pack", folder, "--json", "--pack-destination", join(root, "build")], {
      encoding: "utf8",
      cwd: root,
    });
    const [archive] = JSON.parse(packed);
    const size = `${(archive.size / 1e6).toFixed(1)} MB, ${(archive.unpackedSize / 1e6).toFixed(1)} MB unpacked`;
    return print(json ? packed.trim() : `build/${archive.filename}: ${size}, ${archive.entryCount} files`);
  },
});

/** Copies what was compiled of sources that are still there: a folder of compiled files keeps those of deleted ones, too. */
function copyCompiled(compiled: string, sources: string, to: string, leftOut = /^$/): void {
  const from = join(root, compiled);
  const filter = (path: string) => {
    const source = join(root, sources, relative(from, path).replace(/(\.d\.ts|\.js)$/, ".ts"));
    return !/\.tsbuildinfo$|\.map$/.test(path) && !leftOut.test(path) && existsSync(source);
  };
  cpSync(from, join(folder, to), { recursive: true, filter });
}

/** The library's manifest with what an installation needs: exact dependencies, the command, what it runs on. */
function manifest(own: Record<string, string>): object {
  const { private: _, ...library } = read("lib/package.json");
  const workspace = read("package.json");
  const exact = Object.keys(workspace.dependencies)
    .filter((name) => name !== bundled)
    .map((name) => [name, read(`node_modules/${name}/package.json`).version]);
  return {
    ...library,
    keywords: ["self-supervised", "jepa", "vision-transformer", "tensorflow", "jupyter"],
    engines: workspace.engines,
    bin: { njepa: "commands/njepa.js" },
    dependencies: Object.fromEntries([
      ...exact,
      ...Object.entries(own),
      [bundled, read(`node_modules/${bundled}/package.json`).version],
    ]),
    bundleDependencies: [bundled],
  };
}

/** Copies the bundled package without its scripts; what it needs itself becomes a dependency of ours. */
function bundle(): Record<string, string> {
  const from = join(root, "node_modules", bundled);
  const to = join(folder, "node_modules", bundled);
  mkdirSync(dirname(to), { recursive: true });
  const isCode = (path: string) => !/\.map$|\.d\.ts$|_test\.js$/.test(path);
  cpSync(join(from, "dist"), join(to, "dist"), { recursive: true, filter: isCode });
  const { name, version, license, main } = read(`node_modules/${bundled}/package.json`);
  writeFileSync(join(to, "package.json"), `${JSON.stringify({ name, version, license, main }, null, 2)}\n`);
  const needed = ["@tensorflow/tfjs", "google-protobuf"];
  return Object.fromEntries(needed.map((one) => [one, read(`node_modules/${one}/package.json`).version]));
}
