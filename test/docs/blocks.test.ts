import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { transform } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import { type Command, parse } from "../../lib/command-line";
import { temporaryFolder } from "../temporary-folder";

const root = join(__dirname, "../..");
const scripts = join(root, "build/scripts");
if (!existsSync(scripts)) console.warn("skipped: the commands are not compiled (npm run build)");
const load = createRequire(__filename);

interface Block {
  page: string;
  language: string;
  /** What stands behind the language: a file's name. */
  file: string;
  text: string;
}

const pages = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "docs"].flatMap((path) =>
  path.endsWith(".md")
    ? [path]
    : readdirSync(join(root, path))
        .filter((name) => name.endsWith(".md"))
        .map((name) => `${path}/${name}`),
);

const blocks: Block[] = pages.flatMap((page) =>
  [...readFileSync(join(root, page), "utf8").matchAll(/^```(\w*) ?(\S*)\n([\s\S]*?)^```$/gm)].map(
    ([, language, file, text]) => ({ page, language, file, text }) as Block,
  ),
);

/** The command lines of a block, without comments. */
const linesOf = ({ text }: Block) =>
  text
    .split("\n")
    .flatMap((line) => line.replace(/\s+#.*$/, "").split(" && "))
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));

const commands = blocks
  .filter(({ language }) => language === "sh")
  .flatMap((block) => linesOf(block).map((line) => [`${block.page}: ${line}`, line] as const));

/** Programs that are not ours. */
const others = /^(npm (ci|install|ls|publish)\b|git )/;

describe("code blocks", () => {
  it("are of kinds that something executes", () => {
    expect(new Set(blocks.map(({ language }) => language))).toEqual(new Set(["ts", "sh", "json", "diff", "python"]));
  });
});

describe.skipIf(!existsSync(scripts))("command lines of README and docs", () => {
  const npmScripts = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts as Record<string, string>;

  it.each(commands)("%s", async (_, line) => {
    if (others.test(line)) return;
    const [, script, words = ""] =
      /^npm run ([\w:-]+)(?: -- (.*))?$/.exec(line) ?? /^npx njepa ([\w-]+)(?: (.*))?$/.exec(line) ?? [];
    if (script === "test" || line === "npm test") return;
    expect(script, line).toBeDefined();
    expect(Object.keys(npmScripts)).toContain(script);
    const file = join(scripts, `${(script as string).replace(":", "-")}.js`);
    if (!existsSync(file)) return;
    const { default: verb } = load(file) as { default: Command };
    const run: Command["run"] = () => 0;
    // A redirection is the shell's; quotes do not occur within words here.
    const given = words
      .replace(/ >>? \S+$/, "")
      .split(" ")
      .filter(Boolean);
    expect(
      await parse(
        verb,
        given.map((word) => word.replaceAll('"', "")),
        run,
      ),
    ).toBe(0);
  });
});

describe.skipIf(!existsSync(scripts))("TypeScript of README and docs", () => {
  let folder: string;
  const run = (program: string, ...args: string[]) =>
    promisify(execFile)(program, args, { cwd: folder, maxBuffer: 2 ** 26 });
  const programs = blocks.filter(({ language, page }) => language === "ts" && page !== "CONTRIBUTING.md");

  beforeAll(async () => {
    folder = temporaryFolder();
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(join(root, "lib"), join(folder, "node_modules/njepa"));
    symlinkSync(join(root, "node_modules/@types"), join(folder, "node_modules/@types"));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    programs.forEach(({ text, file }, at) => {
      writeFileSync(join(folder, file || `block-${at}.ts`), text);
    });
  });

  it("is strictly typed", async () => {
    const files = readdirSync(folder).filter((name) => name.endsWith(".ts"));
    expect(files.length).toBe(programs.length);
    const options = ["--strict", "--noEmit", "--target", "es2022", "--module", "nodenext", "--skipLibCheck"];
    await run(process.execPath, join(root, "node_modules/typescript/bin/tsc"), ...options, ...files);
  });

  it("trains by how-to's file of settings", async () => {
    const settings = programs.find(({ file }) => file !== "")?.file as string;
    const [, line] = commands.find(([, text]) => text.includes(`--config ${settings}`)) ?? [];
    const words = (line as string).replace("npm run train -- ", "").split(" ");
    await run(process.execPath, join(scripts, "train.js"), ...words);
    expect(existsSync(join(folder, "RUN/finished.json"))).toBe(true);
  });

  it("runs, and takes the weights of that training to timm's names", async () => {
    const modules: string[] = [];
    for (const [at, { text, file, page }] of programs.entries()) {
      // README's ten lines are run by test/package.test.ts.
      if (file !== "" || (page === "README.md" && at === 0)) continue;
      const { code } = await transform(text, { loader: "ts", format: "esm" });
      modules.push(join(folder, `block-${at}.mjs`));
      writeFileSync(modules.at(-1) as string, code);
    }
    const { stdout } = await run(process.execPath, join(__dirname, "run-examples.mjs"), ...modules);
    const printed = JSON.parse(stdout.trim().split("\n").at(-1) as string) as Record<string, string[]>;
    expect(Object.keys(printed).length).toBe(modules.length);
    const failed = Object.values(printed).flatMap((lines) => lines.filter((text) => text.startsWith("threw ")));
    expect(failed).toEqual([]);
    expect(existsSync(join(folder, "encoder.safetensors"))).toBe(true);
  });
});
