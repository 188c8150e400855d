import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { NjepaError } from "../errors";
import { checkoutFolder } from "../system";

/** Bundled in the archive: its code is used, but its install script, which fetches an old TensorFlow, must not run. */
const bundled = "@tensorflow/tfjs-node-gpu";

/** What is compiled from scripts/ and is no command of an installed library. */
export const notCommands = /\.d\.ts$|^(test-|package\.js|remove-orphans)|^docs(\/|\.js$|$)/;

/** npm's description of an archive that it has packed. */
export interface Archive {
  filename: string;
  size: number;
  unpackedSize: number;
  entryCount: number;
}

/**
 * The package that people install: `build/package` of the checkout, and its archive beside it, as npm describes it.
 *
 * @throws {NjepaError} in an installed library: a package is made from a compiled checkout
 */
export function makePackage(): Archive {
  const root = checkoutFolder();
  if (root === null) throw new NjepaError("A package is made in a checkout, and this njepa was installed.");
  const folder = join(root, "build/package");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  copyCompiled(root, { from: "lib/dist", sources: "lib", to: "dist" });
  copyCompiled(root, {
    from: "build/scripts",
    sources: "scripts",
    to: "commands",
    leftOut: notCommands,
  });
  for (const file of ["README.md", "CHANGELOG.md", "LICENSE", "docs/method.md", "notebooks/own-images.ipynb"])
    cpSync(join(root, file), join(folder, file));
  chmodSync(join(folder, "commands/njepa.js"), 0o755);
  const own = copyBundled(root);
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest(root, own), null, 2)}\n`);
  const packed = execFileSync("npm", ["pack", folder, "--json", "--pack-destination", join(root, "build")], {
    encoding: "utf8",
    cwd: root,
  });
  return JSON.parse(packed)[0];
}

/** A one-line description of the archive. */
export function archiveText({ filename, size, unpackedSize, entryCount }: Archive): string {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  return `build/${filename}: ${megabytes(size)}, ${megabytes(unpackedSize)} unpacked, ${entryCount} files`;
}

const read = (root: string, path: string) => JSON.parse(readFileSync(join(root, path), "utf8"));

interface Copy {
  from: string;
  sources: string;
  to: string;
  leftOut?: RegExp;
}

/** Copies what was compiled from sources that still exist. */
export function copyCompiled(root: string, { from, sources, to, leftOut = /(?!)/ }: Copy): void {
  const filter = (path: string) => {
    // Not the whole path: a checkout may lie in a folder of any name.
    const name = relative(join(root, from), path);
    const source = join(root, sources, name.replace(/(\.d\.ts|\.js)$/, ".ts"));
    return !/\.tsbuildinfo$|\.map$/.test(name) && !leftOut.test(name) && existsSync(source);
  };
  cpSync(join(root, from), join(root, "build/package", to), { recursive: true, filter });
}

/** The library's manifest with what an installation needs: exact dependencies, the command, supported engines. */
function manifest(root: string, own: Record<string, string>): object {
  const { private: _, ...library } = read(root, "lib/package.json");
  const workspace = read(root, "package.json");
  const exact = Object.keys(workspace.dependencies)
    .filter((name) => name !== bundled)
    .map((name) => [name, read(root, `node_modules/${name}/package.json`).version]);
  return {
    ...library,
    keywords: ["self-supervised", "jepa", "vision-transformer", "tensorflow", "jupyter"],
    engines: workspace.engines,
    bin: { njepa: "commands/njepa.js" },
    dependencies: Object.fromEntries([
      ...exact,
      ...Object.entries(own),
      [bundled, read(root, `node_modules/${bundled}/package.json`).version],
    ]),
    bundleDependencies: [bundled],
  };
}

/** Copies the bundled package without its scripts. @returns its dependencies, which become ours */
function copyBundled(root: string): Record<string, string> {
  const from = join(root, "node_modules", bundled);
  const to = join(root, "build/package/node_modules", bundled);
  mkdirSync(dirname(to), { recursive: true });
  const isCode = (path: string) => !/\.map$|\.d\.ts$|_test\.js$/.test(path);
  cpSync(join(from, "dist"), join(to, "dist"), { recursive: true, filter: isCode });
  const { name, version, license, main } = read(root, `node_modules/${bundled}/package.json`);
  writeFileSync(join(to, "package.json"), `${JSON.stringify({ name, version, license, main }, null, 2)}\n`);
  const needed = ["@tensorflow/tfjs", "google-protobuf"];
  return Object.fromEntries(needed.map((one) => [one, read(root, `node_modules/${one}/package.json`).version]));
}
