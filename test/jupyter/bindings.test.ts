import { readFileSync } from "node:fs";
import path from "node:path";
import { ModuleKind, ScriptTarget, transpileModule } from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Kernel, startKernel } from "../../lib/jupyter";
import { temporaryFolder } from "../temporary-folder";
import { type BindingCase, bindingCases } from "./binding-cases";
import { languageCases } from "./language-cases";

/**
 * The cases of a text: `## what`, cells with `--` between them, `=> expression`, and its value in JSON. After `##!` comes
 * what a function body may not be.
 */
function casesIn(text: string): BindingCase[] {
  return text
    .split(/^##/m)
    .slice(1)
    .map((part) => {
      const [, mark, what = "", cells = "", expression = "", value = ""] =
        /^(!?) (.*)\n([\s\S]*)\n=> (.*)\n(.*)\n*$/.exec(part) ?? [];
      return { what, cells: cells.split("\n--\n"), expression, value: JSON.parse(value), notOneProgram: mark === "!" };
    });
}

const scopeCases = casesIn(readFileSync(path.join(__dirname, "scope-cases.txt"), "utf8"));

/** The value where all cells are one program: TypeScript without types in one function. */
async function asOneProgram({ cells, expression }: BindingCase): Promise<unknown> {
  const imports = /^import (\w+), \{ (\w+) as (\w+) \} from '(.*)';$/gm;
  const program = [...cells, `return JSON.stringify(${expression});`].join(";\n");
  const plain = program
    .replace(/\bexport \{.*?\};/g, "")
    .replace(/^export /gm, "")
    .replace(imports, "const $1 = require('$4'), { $2: $3 } = $1;");
  const options = { module: ModuleKind.ESNext, target: ScriptTarget.ES2022, removeComments: true };
  const { outputText } = transpileModule(`async function all() {\n${plain}\n}`, { compilerOptions: options });
  const run = new Function("require", `"use strict"; ${outputText}\nreturn all();`) as (r: unknown) => Promise<string>;
  return JSON.parse((await run(require)) ?? "null");
}

describe("a session's variables", () => {
  let kernel: Kernel;
  beforeAll(async () => {
    kernel = await startKernel({ cwd: temporaryFolder() });
  });
  afterAll(() => kernel.shutdown());

  async function ran(code: string) {
    let result: string | undefined;
    const execution = await kernel.execute(code, {
      onOutput: ({ header, content }) => {
        if (header.msg_type === "execute_result") result = (content.data as Record<string, string>)["text/plain"];
      },
    });
    return { ...execution, result };
  }

  it.each(bindingCases.map((one) => [one.what, one] as const))("are one each: %s", async (_, one) => {
    await expectValue(one);
  });

  async function expectValue(one: BindingCase): Promise<void> {
    for (const cell of one.cells) expect((await ran(cell)).failure).toBeUndefined();
    const { failure, result } = await ran(`JSON.stringify(${one.expression})`);
    expect(failure).toBeUndefined();
    const value = JSON.parse(JSON.stringify(one.value));
    expect(JSON.parse(result ?? "null")).toEqual(value);
    if (!one.notOneProgram) expect(await asOneProgram(one)).toEqual(value);
  }

  it.each(languageCases.map((one) => [one.what, one] as const))("go with %s", async (_, one) => {
    await expectValue(one);
  });

  it.each(scopeCases.map((one) => [one.what, one] as const))("are those of one scope: %s", async (_, one) => {
    await expectValue(one);
  });

  it("keep their types", async () => {
    await ran("let typed = 1; const pair: [number, string] = [1, 'a']; interface Shape { side: number }");
    expect((await ran("typed = 'text'")).failure?.evalue).toBe(
      "1:1 - Type 'string' is not assignable to type 'number'.",
    );
    expect((await ran("pair = [2, 'b']")).failure?.evalue).toContain(
      "Cannot assign to 'pair' because it is a constant",
    );
    expect((await ran("const s: Shape = { side: 'x' }")).failure?.evalue).toContain("Type 'string' is not assignable");
  });

  it("that a failed cell never came to are an error when they are read", async () => {
    const { failure } = await ran(
      "const before = 1; const fails = (() => { throw new Error('no') })(); let after = 2;",
    );
    expect(failure?.evalue).toBe("no");
    expect((await ran("before + 1")).result).toBe("2");
    for (const name of ["fails", "after"]) {
      const read = await ran(`String(${name})`);
      expect(read.failure).toMatchObject({ ename: "ReferenceError" });
      expect(read.failure?.evalue).toMatch(new RegExp(`^${name} has no value: Cell\\[\\d+\\] declares it`));
    }
    await ran("after = 5;");
    expect((await ran("after")).result).toBe("5");
  });

  it("cannot be read before their declaration, as in one program", async () => {
    expect((await ran("const peek = () => tdz; const early = peek(); let tdz = 1;")).failure?.evalue).toBe(
      "Cannot access 'tdz' before initialization",
    );
  });

  it("are named in messages as the cell names them", async () => {
    await ran("let notCallable: any = 3; let caught = '';");
    expect((await ran("notCallable()")).failure?.evalue).toBe("notCallable is not a function");
    await ran("try { notCallable.x.y } catch (e) { caught = (e as Error).message }");
    expect((await ran("caught")).result).toBe("Cannot read properties of undefined (reading 'y')");
    await ran("try { notCallable() } catch (e) { caught = (e as Error).message }");
    expect((await ran("caught")).result).toBe("notCallable is not a function");
  });
});

describe("a long session", () => {
  it("keeps its types and variables over more declarations than one file of them holds", async () => {
    const kernel = await startKernel({ cwd: temporaryFolder() });
    const value = async (code: string) => {
      let result: unknown;
      const { failure } = await kernel.execute(code, {
        onOutput: ({ header, content }) => {
          if (header.msg_type === "execute_result") result = (content.data as Record<string, string>)["text/plain"];
        },
      });
      return failure?.evalue ?? result;
    };
    await value("class Box { v = 1 }\nlet held = 1;\nfunction box(): Box { return new Box() }");
    for (let cell = 0; cell < 3; cell++) {
      await value(Array.from({ length: 70 }, (_, i) => `const n${cell}_${i} = ${i};`).join("\n"));
    }
    expect(await value("n0_69 + n1_1 + n2_2 + box().v")).toBe("73");
    await value("let held = 'text';");
    expect(await value("held.length")).toBe("4");
    // The function that was declared long ago makes the new class's, and its type says so.
    await value("class Box { w = 2 }");
    expect(await value("box().w")).toBe("2");
    expect(await value("box().v")).toBe("1:7 - Property 'v' does not exist on type 'Box'.");
    await value("held = 'longer text';");
    expect(await value("held.length + n0_1")).toBe("12");
    await kernel.shutdown();
  });
});
