import { existsSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  isFolder,
  isFolderSync,
  makeFolder,
  makeFolderSync,
  namesIfThere,
  namesIfThereSync,
  readIfThere,
  readTextIfThere,
  systemErrorWords,
} from "../../lib/system";
import { temporaryFolder } from "../temporary-folder";

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("isFolder", () => {
  it("is true of a folder and a link to one, and false of a file, of nothing, and of what cannot be looked at", async () => {
    writeFileSync(join(folder, "file"), "");
    symlinkSync(folder, join(folder, "link"));
    symlinkSync("round", join(folder, "round"));
    const paths = ["", "link", "file", "nothing", "file/below", "round"].map((name) => join(folder, name));
    expect(paths.map(isFolderSync)).toEqual([true, true, false, false, false, false]);
    expect(await Promise.all(paths.map(isFolder))).toEqual([true, true, false, false, false, false]);
  });
});

describe("what may be absent", () => {
  it("is read where it is there, and otherwise undefined or no names; anything else is an error", async () => {
    const [file, below] = [join(folder, "file"), join(folder, "file", "below")];
    writeFileSync(file, "text");
    expect(await readTextIfThere(file)).toBe("text");
    expect(await namesIfThere(folder)).toEqual(["file"]);
    expect(namesIfThereSync(folder)).toEqual(["file"]);
    for (const nothing of [join(folder, "nothing"), below]) {
      expect(await readIfThere(nothing)).toBeUndefined();
      expect(await readTextIfThere(nothing)).toBeUndefined();
      expect(await namesIfThere(nothing)).toEqual([]);
      expect(namesIfThereSync(nothing)).toEqual([]);
    }
    await expect(readIfThere(folder)).rejects.toThrow("EISDIR");
    await expect(namesIfThere(file)).rejects.toThrow("ENOTDIR");
    expect(() => namesIfThereSync(file)).toThrow("ENOTDIR");
  });
});

describe("makeFolder", () => {
  it("makes every level, is content with what is there, and names the level that a file or the system refuses", async () => {
    await makeFolder(join(folder, "a", "b"));
    makeFolderSync(join(folder, "a", "b", "c"));
    expect(existsSync(join(folder, "a", "b", "c"))).toBe(true);
    writeFileSync(join(folder, "file"), "");
    for (const path of [join(folder, "file", "x"), "/proc/njepa/x"]) {
      const error = await makeFolder(path).catch((refused: Error) => refused);
      expect(() => makeFolderSync(path)).toThrow((error as Error).message);
      expect(systemErrorWords(error as Error)).toMatch(/^Cannot mkdir .*(file stands where a folder|none can be made)/);
    }
  });
});
