import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { chooseNotebooks } from "../../lib/headless";
import { temporaryFolder } from "../temporary-folder";

describe("chooseNotebooks", () => {
  it("finds notebooks by a part of their name or by file, sorted, and says which there are when there is none", async () => {
    const folder = temporaryFolder();
    for (const name of ["01-b.ipynb", "00-a.ipynb", "notes.md"]) await writeFile(path.join(folder, name), "{}");
    const at = (name: string) => path.join(folder, name);
    expect(await chooseNotebooks([], folder)).toEqual([at("00-a.ipynb"), at("01-b.ipynb")]);
    expect(await chooseNotebooks(["01"], folder)).toEqual([at("01-b.ipynb")]);
    expect(await chooseNotebooks([at("00-a.ipynb"), "00"], folder)).toEqual([at("00-a.ipynb")]);
    await expect(chooseNotebooks(["zz"], folder)).rejects.toThrow(/no notebook "zz".*00-a.ipynb, 01-b.ipynb/);
    await expect(chooseNotebooks([], `${folder}/none`)).rejects.toThrow(/nothing to run/);
    await rm(folder, { recursive: true });
  });

  it("refuses a notebook whose page would take the place of the overview or of a comparison", async () => {
    const folder = temporaryFolder();
    for (const name of ["index", "diff", "plan"]) await writeFile(path.join(folder, `${name}.ipynb`), "{}");
    await expect(chooseNotebooks(["index"], folder)).rejects.toThrow(/index\.ipynb .*overview of all reports: give it/);
    await expect(chooseNotebooks([], folder)).rejects.toThrow(/diff\.ipynb .*comparison/);
    expect(await chooseNotebooks(["plan"], folder)).toHaveLength(1);
  });
});
