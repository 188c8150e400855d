import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError, DecodeError } from "../../lib/errors";
import { parameterNames, readNotebook, withParameters, writeNotebook } from "../../lib/notebook";
import { temporaryFolder } from "../temporary-folder";
import { writeCells } from "./notebook";

const folder = temporaryFolder();

describe("readNotebook", () => {
  const cases: [string, string, RegExp][] = [
    ["text that is not JSON", "{", /it is not JSON/],
    ["an array", "[]", /is a JSON object, this is an array/],
    ["another format", '{"nbformat": 3, "worksheets": []}', /nbformat 4 was expected, got 3/],
    ["no cells", '{"nbformat": 4, "metadata": {}}', /no list of cells/],
    ["a cell without a kind", '{"nbformat": 4, "cells": [{"source": ""}]}', /cell 1 of 1 has no cell_type/],
    ["a numeric source", '{"nbformat": 4, "cells": [{"cell_type": "code", "source": 3}]}', /neither text nor a list/],
    [
      "metadata of 100,000 levels",
      `{"nbformat": 4, "cells": [], "metadata": {"x": ${"[".repeat(100_000)}${"]".repeat(100_000)}}}`,
      /nested more than 500 levels deep/,
    ],
    [
      "another language",
      '{"nbformat": 4, "cells": [], "metadata": {"kernelspec": {"name": "python3", "language": "python"}}}',
      /written in python \(kernel python3\)/,
    ],
  ];
  it.each(cases)("refuses %s and names the file", async (name, text, message) => {
    const file = path.join(folder, `${name}.ipynb`);
    writeFileSync(file, text);
    await expect(readNotebook(file)).rejects.toThrow(message);
    await expect(readNotebook(file)).rejects.toThrow(file);
    await expect(readNotebook(file)).rejects.toThrow(DecodeError);
  });

  it("says that a file is missing", async () => {
    await expect(readNotebook(path.join(folder, "nowhere.ipynb"))).rejects.toThrow(/cannot be read \(ENOENT/);
  });

  it("gives each cell an id of its own, the same each time", async () => {
    const file = writeCells(folder, "1", "1", "2");
    const ids = (await readNotebook(file)).cells.map((cell) => cell.id);
    expect(new Set(ids).size).toBe(3);
    expect((await readNotebook(file)).cells.map((cell) => cell.id)).toEqual(ids);
    expect((await readNotebook(file)).nbformat_minor).toBe(5);
  });
});

describe("writeNotebook", () => {
  it("leaves the notebook and no temporary file, and makes the folder", async () => {
    const notebook = await readNotebook(writeCells(folder, "1"));
    const file = path.join(folder, "new", "out.ipynb");
    await writeNotebook(file, notebook);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(notebook);
    expect(readdirSync(path.dirname(file))).toEqual(["out.ipynb"]);
  });
});

describe("withParameters", () => {
  const source = "let seed = 1;\nlet name: string = 'a';\nconst fixed = 2;";
  const notebook = () => readNotebook(writeCells(folder, "0", [source, "parameters"], "seed"));

  it("puts assignments after the tagged cell, once however often it is done", async () => {
    const once = withParameters(await notebook(), { seed: 7, name: 'x"y' });
    expect(once.cells[2]?.source).toBe('seed = 7;\nname = "x\\"y";\nvoid 0;');
    expect(withParameters(once, { seed: Number.NaN }).cells.map((cell) => cell.source)).toEqual([
      "0",
      source,
      "seed = NaN;\nvoid 0;",
      "seed",
    ]);
  });

  it("refuses a name that is not declared, a const, and a value without a literal", async () => {
    const loaded = await notebook();
    expect(() => withParameters(loaded, { sed: 1 })).toThrow(/no parameter sed; .* declares: seed, name, fixed/);
    expect(() => withParameters(loaded, { fixed: 1 })).toThrow(/`let`/);
    expect(() => withParameters(loaded, { seed: () => 1 })).toThrow(ConfigError);
  });

  it("writes every part of a value as it is, and refuses one that it would have to change", async () => {
    const any = await readNotebook(writeCells(folder, ["let it: any = 0;", "parameters"]));
    const whole = { rates: [Number.NaN, -0, Number.NEGATIVE_INFINITY], none: null, left: undefined, "a-b": ["x"] };
    expect(withParameters(any, { it: whole }).cells[1]?.source).toBe(
      'it = {"rates":[NaN,-0,-Infinity],"none":null,"a-b":["x"]};\nvoid 0;',
    );
    const round: unknown[] = [];
    round.push(round);
    for (const [value, what] of [
      [1n, "is of type BigInt"],
      [new Map([[1, 2]]), "is of type Map"],
      [{ when: new Date(0) }, "has a part of type Date"],
      [[undefined], "has a part of type Undefined"],
      [round, "contains itself"],
    ] as const) {
      expect(() => withParameters(any, { it: value })).toThrow(ConfigError);
      expect(() => withParameters(any, { it: value })).toThrow(new RegExp(`parameter it .*${what}.*JSON can hold`));
    }
  });

  it("checks values against the declared type, or that of the default, before anything runs", async () => {
    const typed = await readNotebook(
      writeCells(folder, [
        'let preset: "demo" | "smoke" = "demo";\nlet seeds: number[] = [0];\nlet n = 1;',
        "parameters",
      ]),
    );
    expect(parameterNames(typed)).toEqual(["preset", "seeds", "n"]);
    expect(withParameters(typed, { preset: "smoke", seeds: [1, 2], n: 3 }).cells).toHaveLength(2);
    expect(() => withParameters(typed, { n: 2, preset: "tiny" })).toThrow(
      /parameter preset does not fit its declaration: .*"tiny".*"demo" \| "smoke"/,
    );
    expect(() => withParameters(typed, { seeds: ["a"] })).toThrow(/parameter seeds .*'string'.*'number'/);
    expect(() => withParameters(typed, { n: "3" })).toThrow(ConfigError);
  });

  it("leaves a type that comes from elsewhere to the kernel", async () => {
    const foreign = await readNotebook(writeCells(folder, ["let run: njepa.RunInput = {};", "parameters"]));
    expect(withParameters(foreign, { run: { seed: 1 } }).cells[1]?.source).toBe('run = {"seed":1};\nvoid 0;');
  });

  it("refuses parameters for a notebook that takes none", async () => {
    const plain = await readNotebook(writeCells(folder, "1"));
    expect(() => withParameters(plain, { seed: 1 })).toThrow(/no code cell is tagged "parameters"\); got seed/);
    expect(withParameters(plain, {})).toBe(plain);
  });
});
