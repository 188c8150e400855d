import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Kernel, startKernel } from "../../lib/jupyter";
import { temporaryFolder } from "../temporary-folder";

const folder = temporaryFolder();
let kernel: Kernel;
beforeAll(async () => {
  kernel = await startKernel({ cwd: folder });
});
afterAll(() => kernel.shutdown());

async function run(code: string) {
  const printed: string[] = [];
  let result: string | undefined;
  const execution = await kernel.execute(code, {
    onOutput: ({ header, content }) => {
      if (header.msg_type === "stream") printed.push(String(content.text));
      if (header.msg_type === "execute_result") result = (content.data as Record<string, string>)["text/plain"];
    },
  });
  return { ...execution, result, printed: printed.join("") };
}

describe("`using`", () => {
  it("is told to be too new, with what to write instead; as a name it is one", async () => {
    const { failure } = await run("await using file = open();");
    expect(failure?.evalue).toMatch(
      /^1:1 - `await using` is not known .* finally \{ await it\[Symbol.asyncDispose\]\(\)/,
    );
    expect(await run("const using = 3; const list = { using }; list.using = 4; list.using")).toMatchObject({
      result: "4",
    });
  });
});

describe("await outside of functions", () => {
  const count = "async function* count(to: number) { for (let i = 1; i <= to; i++) yield i }";
  it.each([
    ["of something in parentheses", "const v = await (Promise.resolve(1)); v", "1"],
    ["of a call of a function in parentheses", "await (async () => 7)()", "7"],
    ["in a for alone", `${count} let sum = 0; for await (const n of count(3)) { sum += n } sum`, "6"],
    [
      "in a for in blocks",
      `${count} let last = 0; if (last === 0) { { for await (const n of count(2)) last = n } } last`,
      "2",
    ],
    [
      "in try, catch and finally",
      "let t = ''; try { await Promise.reject(new Error('a')) } catch (e) { t += await e.message } finally { t += await 'b' } t",
      "ab",
    ],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the cell's own template
    ["in a template, an object and a default", "const { o = await 3 } = { p: await 1 } as any; `${await 2}${o}`", "23"],
  ])("%s", async (_, code, result) => {
    expect(await run(code)).toMatchObject({ status: "ok", result });
  });

  it("of a package that awaits while it loads; its static import says what to write", async () => {
    writeFileSync(
      path.join(folder, "slow.mjs"),
      "export const late = await Promise.resolve('late'); export default 5;",
    );
    expect(
      (await run('const slow: any = await import("./slow.mjs" as string); [slow.late, slow.default]')).result,
    ).toBe("[ 'late', 5 ]");
    const { failure } = await run('import vega from "vega";\nvega');
    expect(failure?.evalue).toBe('vega awaits something while it loads, so write `const { … } = await import("vega")`');
    expect(failure?.traceback.join("\n")).toContain('---->   1 import vega from "vega";');
  });
});

describe("what a module's parts bring with them", () => {
  it("are their types too, for later cells, from variables that hold the module or a part of it", async () => {
    await run(
      'import * as fs from "node:fs";\nconst held = await import("node:fs"); const { Dirent } = await import("node:fs");',
    );
    await run("const { Stats, statSync } = fs; const constants = held.constants; let changing = held.promises;");
    const typed = await run(
      'const at: Stats = statSync("/"); const same: held.Stats = at; let entry: Dirent | undefined; [same.isDirectory(), constants.S_IFDIR, typeof held.readFileSync]',
    );
    expect(typed.result).toBe("[ true, 16384, 'function' ]");
    expect((await run("const wrong: Stats = 5;")).failure?.evalue).toMatch(/^1:7 - Type 'number' is not assignable/);
    expect((await run("let one: changing.FileHandle;")).failure?.evalue).toBe(
      "1:10 - Cannot find namespace 'changing'. If it is a variable, it brings no types: " +
        'write `import { changing } from "…"`, in a cell before this one.',
    );
  });

  it("stay where a type cannot be named", async () => {
    await run("const read = (await import('node:fs')).createReadStream; const all = { ...(await import('node:fs')) };");
    expect((await run("[typeof read, typeof all.statSync]")).result).toBe("[ 'function', 'function' ]");
  });
});

describe("a cell", () => {
  it("may export what it declares", async () => {
    await run(
      "export const a1 = 1;\nexport default function twice(n: number) { return 2 * n }\nexport class C1 { v = 3 }\nexport { a1 as b1 };\nexport type T1 = number;",
    );
    expect((await run("const t1: T1 = a1; twice(t1) + new C1().v")).result).toBe("5");
    expect((await run('export { join } from "node:path";')).failure?.evalue).toBe(
      "1:1 - A cell exports to nobody: write `import` for `export`.",
    );
  });

  it("imports the notebook's own TypeScript, again when it has changed, and cells that are modules", async () => {
    writeFileSync(path.join(folder, "own.ts"), "export const times = (n: number): number => n * 2;");
    expect((await run('import { times } from "./own"; times(4)')).result).toBe("8");
    writeFileSync(path.join(folder, "own.ts"), "export const times = (n: number): number => n * 3;\n");
    expect((await run('import { times } from "./own"; times(4)')).result).toBe("12");
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the cell's own template
    await run("/** @module greeting */\nexport const greet = (who: string) => `hello ${who}`;");
    expect((await run('import { greet } from "./greeting"; greet("you")')).result).toBe("hello you");
  });

  it("imports files that ask where they are, also as modules by their ending, and refuses those that await", async () => {
    writeFileSync(path.join(folder, "place.mts"), "export const here: string = import.meta.url;");
    expect((await run('import { here } from "./place.mjs"; here')).result).toMatch(/^file:\/\/\/.*\/place\.mts$/);
    writeFileSync(path.join(folder, "late.ts"), "export const a = 1;\nexport const late = await Promise.resolve(1);");
    expect((await run('(await import("./late")).late')).failure?.evalue).toMatch(
      /^late\.ts 2:1 - A notebook's own file cannot await at its top: export an async function/,
    );
  });

  it("shows its own line of an error in a library, and counts the library's frames", async () => {
    const { failure } = await run("const parsed = 1;\nJSON.parse('{');\nparsed;");
    const trace = failure?.traceback ?? [];
    expect(trace[0]).toMatch(/^Cell\[\d+\], line 2$/);
    expect(trace[2]).toBe("---->   2 JSON.parse('{');");
    const deep = await run("import { deepStrictEqual } from 'node:assert';\n\ndeepStrictEqual(1, 2);");
    expect(deep.failure?.traceback.slice(0, 4).join("\n")).toMatch(/----> {3}3 deepStrictEqual\(1, 2\);/);
    expect(deep.failure?.traceback.join("\n")).not.toMatch(/dist\/jupyter|node:vm/);
  });

  it.each([
    ["parentheses", `const deep = ${"(".repeat(9000)}1${")".repeat(9000)};`],
    ["a chain of calls", `[1]${".map((x: number) => x)".repeat(4000)}`],
  ])("that is nested too deeply in %s is refused, and the session goes on", async (_, code) => {
    expect((await run(code)).failure?.evalue).toMatch(/nested too deeply for TypeScript/);
    expect((await run("20 + 1")).result).toBe("21");
  });

  it("has the output that its child processes inherit", async () => {
    const { printed } = await run(`import { spawn, spawnSync, execSync } from "node:child_process";
      spawnSync("echo", ["one"], { stdio: "inherit" });
      execSync("echo two", { stdio: ["ignore", "inherit", "inherit"] });
      await new Promise((end) => spawn("echo", ["three"], { stdio: "inherit" }).on("close", end)); void 0`);
    expect(printed).toBe("one\ntwo\nthree\n");
    const failed = await run("execSync('echo four; echo five >&2; exit 3', { stdio: 'inherit' })");
    expect(failed.failure?.evalue).toMatch(/^Command failed: echo four/);
    expect(failed.printed).toBe("four\nfive\n");
  });
});

describe("completion and hover", () => {
  it("know kinds and an interface's members", async () => {
    await run(
      "interface Patch { row: number; column?: number }\nfunction patchOf(): Patch { return { row: 1 } }\nclass PatchGrid {}\nconst patchCount = 3;",
    );
    const { content } = await kernel.ask("complete_request", { code: "patch", cursor_pos: 5 });
    const { _jupyter_types_experimental: types } = content.metadata as Record<string, { text: string; type: string }[]>;
    const kinds = Object.fromEntries((types ?? []).map(({ text, type }) => [text, type]));
    expect(kinds).toMatchObject({
      patchOf: "function",
      PatchGrid: "class",
      patchCount: "variable",
    });
    // Alone in a cell, the interface's name stands where a value is expected.
    for (const [code, cursor_pos] of [
      ["let p: Patch", 10],
      ["Patch", 5],
    ] as const) {
      const hover = await kernel.ask("inspect_request", { code, cursor_pos });
      expect((hover.content.data as Record<string, string>)["text/plain"]).toBe(
        "interface Patch {\n  row: number;\n  column?: number;\n}",
      );
    }
  });

  it.each([
    ["a text between quotes", "const size: 'smoke' | 'demo' = 's|'", "const size: 'smoke' | 'demo' = 'smoke'"],
    ["a text without an end", "const size: 'smoke' | 'demo' = 's|", "const size: 'smoke' | 'demo' = 'smoke"],
    ["a key", "const it = { width: 1 }; it['w|']", "const it = { width: 1 }; it['width']"],
    ["a part of a path", "import * as fs from 'node:fs/pro|'", "import * as fs from 'node:fs/promises'"],
    [
      "a private name",
      "class A { #own = 1; get() { return this.#o| } }",
      "class A { #own = 1; get() { return this.#own } }",
    ],
    ["a name behind signs of two units", "'😀😀'; parseF|", "'😀😀'; parseFloat"],
  ])("replace %s by its completion", async (_, marked, wanted) => {
    const points = [...marked];
    const cursor_pos = points.indexOf("|", marked.startsWith("const size") ? 29 : 0);
    points.splice(cursor_pos, 1);
    const { content } = await kernel.ask("complete_request", { code: points.join(""), cursor_pos });
    const { matches, ...range } = content as { matches: string[]; cursor_start: number; cursor_end: number };
    points.splice(range.cursor_start, range.cursor_end - range.cursor_start, ...matches.slice(0, 1));
    expect(points.join("")).toBe(wanted);
  });

  it("know that a text in backquotes goes on in the next line, and that one in quotes does not", async () => {
    const status = async (code: string) => (await kernel.ask("is_complete_request", { code })).content.status;
    expect(await status("const text = `first line")).toBe("incomplete");
    expect(await status("const text = `first line\nsecond`")).toBe("complete");
    expect(await status("const text = 'first line")).toBe("invalid");
  });
});
