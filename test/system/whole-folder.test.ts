import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fillFolder } from "../../lib/system";
import { temporaryFolder } from "../temporary-folder";

let root: string;
let folder: string;
beforeEach(() => {
  root = temporaryFolder();
  folder = join(root, "caches", "one");
});
afterEach(() => rmSync(root, { recursive: true }));

const file = () => join(folder, "file");
const isWhole = () => existsSync(file());
const what = "another process";
const filledWith = (text: string) => async (partial: string) => writeFileSync(join(partial, "file"), text);

describe("fillFolder", () => {
  it("fills a folder once, though two ask at the same time", async () => {
    let fills = 0;
    const fill = async (partial: string) => {
      fills++;
      await filledWith("whole")(partial);
      expect(isWhole()).toBe(false);
    };
    const filled = await Promise.all([1, 2].map(() => fillFolder(folder, { what, isWhole, fill })));
    expect([filled.sort(), fills, readFileSync(file(), "utf8")]).toEqual([[false, true], 1, "whole"]);
    expect(readdirSync(join(root, "caches"))).toEqual(["one"]);
  });

  it("keeps what was there when filling fails, and leaves nothing else; a later one replaces it all", async () => {
    mkdirSync(folder, { recursive: true });
    for (const name of ["file", "old"]) writeFileSync(join(folder, name), "damaged");
    const failing = fillFolder(folder, {
      what,
      isWhole: () => false,
      fill: async (partial) => {
        await filledWith("half")(partial);
        throw new Error("cut off");
      },
    });
    await expect(failing).rejects.toThrow("cut off");
    expect([readFileSync(file(), "utf8"), readdirSync(join(root, "caches"))]).toEqual(["damaged", ["one"]]);
    await fillFolder(folder, { what, isWhole: () => false, fill: filledWith("whole") });
    expect([readFileSync(file(), "utf8"), readdirSync(folder)]).toEqual(["whole", ["file"]]);
  });

  it("removes what killed processes have left before it fills, and another folder's leftovers never", async () => {
    for (const name of ["one.partial-1", "one-more.partial-1"])
      mkdirSync(join(root, "caches", name), { recursive: true });
    const fill = async (partial: string) => {
      expect(existsSync(join(root, "caches", "one.partial-1"))).toBe(false);
      expect(readdirSync(partial)).toEqual([]);
      await filledWith("whole")(partial);
    };
    await fillFolder(folder, { what, isWhole, fill });
    expect(readdirSync(join(root, "caches")).sort()).toEqual(["one", "one-more.partial-1"]);
  });
});
