import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(__dirname, "..");
const commands = join(root, "build/scripts");
if (!existsSync(commands)) console.warn("skipped: the commands are not compiled (npm run build)");

interface Manifest {
  version: string;
  bin: { njepa: string };
  dependencies: Record<string, string>;
  exports: Record<string, string>;
}

/** The TypeScript of README.md, block by block. */
const blocks = [...readFileSync(join(root, "README.md"), "utf8").matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(
  ([, code]) => code as string,
);

describe.skipIf(!existsSync(commands))("the package, in an empty folder", () => {
  let folder: string;
  let installed: string;
  let manifest: Manifest;
  // Waited for, not blocked on: a test process that does not answer for a minute is given up by vitest.
  const run = async (program: string, args: string[], cwd = folder) =>
    (await promisify(execFile)(program, args, { cwd, maxBuffer: 2 ** 25 })).stdout;
  const node = (...args: string[]) => run(process.execPath, args);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "njepa-package-"));
    await run(process.execPath, [join(commands, "package.js")], root);
    const archive = `njepa-${JSON.parse(readFileSync(join(root, "lib/package.json"), "utf8")).version}.tgz`;
    await run("tar", ["xzf", join(root, "build", archive)]);
    manifest = JSON.parse(readFileSync(join(folder, "package/package.json"), "utf8"));
    installed = join(folder, "node_modules/njepa");
    mkdirSync(dirname(installed), { recursive: true });
    cpSync(join(folder, "package"), installed, { recursive: true });
    // What npm would fetch, and nothing else: a dependency that the manifest forgets is not found.
    const bundled = new Set(["@tensorflow/tfjs-node-gpu"]);
    for (const name of ["@types/node", ...Object.keys(manifest.dependencies)].filter((one) => !bundled.has(one))) {
      mkdirSync(dirname(join(folder, "node_modules", name)), { recursive: true });
      symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("names every dependency with one version, and has every file that it exports", () => {
    expect(Object.values(manifest.dependencies).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    const isThere = (file: string) =>
      file.endsWith("/*.js")
        ? readdirSync(join(installed, dirname(file))).some((name) => name.endsWith(".js"))
        : existsSync(join(installed, file));
    expect(Object.values(manifest.exports).filter((file) => !isThere(file))).toEqual([]);
  });

  it("has a command that knows its verbs and says when a word is none", async () => {
    const command = join(installed, manifest.bin.njepa);
    expect((await node(command, "--version")).trim()).toBe(manifest.version);
    expect(await node(command, "train", "--help")).toMatch(
      /^Usage: njepa train \[options\]\n[\s\S]*--dry-run[\s\S]*paper-600/,
    );
    await expect(node(command, "trian")).rejects.toThrow(/did you mean train/i);
  });

  it("runs README's ten lines as a module, and loads from CommonJS", async () => {
    const first = (blocks[0] as string).replace('"demo"', '"smoke"').replace("[0.01]", "[0.5]");
    writeFileSync(join(folder, "ten-lines.mjs"), `${first}process.exit(0);`);
    const printed = await node("ten-lines.mjs");
    expect(printed).toMatch(/^1 0\.\d+$/m);
    expect(printed).toMatch(/20 nearest by cosine.*\d %/s);
    expect((await node("-e", 'console.log(typeof require("njepa").train)')).trim()).toBe("function");
  });

  it("gives its types to strict TypeScript, README's blocks among them, as a module and as CommonJS", async () => {
    blocks.forEach((code, at) => {
      writeFileSync(join(folder, `block-${at}.mts`), code);
    });
    writeFileSync(
      join(folder, "common.cts"),
      'import { parseRun } from "njepa";\nexport const run = parseRun({ preset: "smoke" });\n',
    );
    const options = ["--strict", "--noEmit", "--target", "es2022", "--module", "nodenext", "--skipLibCheck"];
    const files = [...blocks.map((_, at) => `block-${at}.mts`), "common.cts"];
    expect(await node(join(root, "node_modules/typescript/bin/tsc"), ...options, ...files)).toBe("");
  });
});
