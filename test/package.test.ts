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
import { probeProtocols } from "../lib/config";
import { evaluationVersion } from "../lib/evaluate/version";
import { copyCompiled, notCommands } from "../lib/package/make-package";

const root = join(__dirname, "..");
const commands = join(root, "build/scripts");
if (!existsSync(commands)) console.warn("skipped: the commands are not compiled (npm run build)");

/** `npm run test:package`: npm itself installs the archive, and a second Node, the current one, runs it too. */
const withNpm = process.env.NJEPA_TEST_PACKAGE === "1";

interface Manifest {
  version: string;
  bin: { njepa: string };
  dependencies: Record<string, string>;
  exports: Record<string, string>;
}

const read = (path: string) => readFileSync(join(root, path), "utf8");

/** The TypeScript of README.md, block by block. */
const blocks = [...read("README.md").matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code]) => code as string);

describe("what is copied into the package", () => {
  it("does not depend on the name of the folder that the checkout lies in", () => {
    const checkout = join(mkdtempSync(join(tmpdir(), "test-")), "scripts/docs/test-checkout");
    for (const name of ["train", "test-ops", "docs"])
      for (const file of [`scripts/${name}.ts`, `build/scripts/${name}.js`]) {
        mkdirSync(dirname(join(checkout, file)), { recursive: true });
        writeFileSync(join(checkout, file), "");
      }
    copyCompiled(checkout, { from: "build/scripts", sources: "scripts", to: "commands", leftOut: notCommands });
    expect(readdirSync(join(checkout, "build/package/commands"))).toEqual(["train.js"]);
    rmSync(checkout, { recursive: true });
  });
});

describe.skipIf(!existsSync(commands))("the package, in an empty folder", () => {
  let folder: string;
  let installed: string;
  let manifest: Manifest;
  const nodes: string[] = [process.execPath];

  async function run(program: string, ...args: string[]): Promise<string> {
    const options = { cwd: folder, maxBuffer: 2 ** 24 };
    const { stdout } = await promisify(execFile)(program, args, options).catch((error) => {
      throw new Error(`${error.message}\n${error.stdout}\n${error.stderr}`);
    });
    return stdout;
  }
  /** What the oldest and, if npm is asked, the current Node print: the same. */
  async function node(...args: string[]): Promise<string> {
    const printed: string[] = [];
    for (const program of nodes) printed.push(await run(program, ...args));
    return printed.at(-1) as string;
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "njepa-package-"));
    installed = join(folder, "node_modules/njepa");
    await promisify(execFile)(process.execPath, [join(commands, "package.js")], { cwd: root });
    const archive = join(root, "build", `njepa-${JSON.parse(read("lib/package.json")).version}.tgz`);
    if (withNpm) await installWithNpm(archive);
    else await installByHand(archive);
    manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function installWithNpm(archive: string): Promise<void> {
    writeFileSync(join(folder, "package.json"), '{ "name": "empty", "private": true }');
    const current = `node-${process.platform}-${process.arch}`;
    await run("npm", "install", "--no-audit", "--no-fund", archive, "@types/node@20", `${current}@latest`);
    nodes.push(join(folder, "node_modules", current, "bin/node"));
    console.warn(
      `installed by npm; Node ${(await run(nodes[0] as string, "--version")).trim()} and ${(await run(nodes[1] as string, "--version")).trim()}`,
    );
  }

  /** What npm would fetch, and nothing else: a dependency that the manifest forgets is not found. */
  async function installByHand(archive: string): Promise<void> {
    await run("tar", "xzf", archive);
    mkdirSync(dirname(installed), { recursive: true });
    cpSync(join(folder, "package"), installed, { recursive: true });
    const { dependencies } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as Manifest;
    const bundled = new Set(["@tensorflow/tfjs-node-gpu"]);
    for (const name of ["@types/node", ...Object.keys(dependencies)].filter((one) => !bundled.has(one))) {
      mkdirSync(dirname(join(folder, "node_modules", name)), { recursive: true });
      symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
    }
  }

  it("names every dependency with one version, and has every file that it exports", () => {
    expect(Object.values(manifest.dependencies).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    // A pattern is exported where its folder has files.
    const isThere = (file: string) => existsSync(join(installed, file.replace(/\*\.js$/, "")));
    expect(Object.values(manifest.exports).filter((file) => !isThere(file))).toEqual([]);
  });

  it("has a command that knows its verbs and says when a word is none", async () => {
    const command = join(installed, manifest.bin.njepa);
    expect((await node(command, "--version")).trim()).toBe(manifest.version);
    expect(await node(command, "train", "--help")).toMatch(
      /^Usage: njepa train \[options\]\n[\s\S]*--dry-run[\s\S]*paper-600/,
    );
    await expect(node(command, "trian")).rejects.toThrow(/did you mean train/i);
    expect(await node(command, "completion", "bash")).toContain("complete -o filenames -F _njepa njepa");
    // Exit code 1 where something is missing that this machine does not need for the tests.
    const doctor = promisify(execFile)(process.execPath, [command, "doctor", "--json"], { cwd: folder });
    const { stdout } = await doctor.catch((error) => error as { stdout: string });
    expect(JSON.parse(stdout).findings.length).toBeGreaterThan(3);
  });

  it("makes a folder for one's own images from the notebook that it carries", async () => {
    await run(process.execPath, join(installed, manifest.bin.njepa), "new", "mine");
    expect(readFileSync(join(folder, "mine/start.ipynb"), "utf8")).toContain('let folder = \\"images\\"');
  });

  it("runs README's ten lines as a module, and loads from CommonJS", async () => {
    const first = (blocks[0] as string).replace('"demo"', '"smoke"').replace("[0.01]", "[0.5]");
    writeFileSync(join(folder, "ten-lines.mjs"), `${first}process.exit(0);`);
    const printed = await node("ten-lines.mjs");
    expect(printed).toMatch(/^1 0\.\d+$/m);
    expect(printed).toMatch(/20 nearest by cosine.*\d %/s);
    expect((await node("-e", 'console.log(typeof require("njepa").train)')).trim()).toBe("function");
  });

  it("gives its types to strict TypeScript: README's blocks as modules, CommonJS, and for bundlers", async () => {
    blocks.forEach((code, at) => {
      writeFileSync(join(folder, `block-${at}.mts`), code);
    });
    const common = 'import { parseRun } from "njepa";\nexport const run = parseRun({ preset: "smoke" });\n';
    writeFileSync(join(folder, "common.cts"), common);
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const options = ["--strict", "--noEmit", "--target", "es2022", "--skipLibCheck"];
    const files = [...blocks.map((_, at) => `block-${at}.mts`), "common.cts"];
    expect(await run(process.execPath, tsc, ...options, "--module", "nodenext", ...files)).toBe("");
    const bundler = ["--module", "esnext", "--moduleResolution", "bundler"];
    expect(await run(process.execPath, tsc, ...options, ...bundler, files[0] as string)).toBe("");
  });
});

describe("a version", () => {
  it("stands once in the manifests, the changelog and the citation", () => {
    const { version } = JSON.parse(read("lib/package.json")) as Manifest;
    expect((JSON.parse(read("package.json")) as Manifest).version).toBe(version);
    expect(read("CITATION.cff")).toMatch(new RegExp(`^version: "?${version}"?$`, "m"));
    expect(read("CHANGELOG.md")).toMatch(new RegExp(`^## \\[${version}\\]`, "m"));
  });

  it("of evaluation is the one that the changelog names last", () => {
    const [named] = read("CHANGELOG.md").match(/evaluation version \d+/) ?? [];
    expect(named).toBe(`evaluation version ${evaluationVersion(probeProtocols)}`);
  });
});
