import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { removeOrphans } from "../../lib/system/orphans";

let root: string;
const files = (...paths: string[]) => {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), "");
  }
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "njepa-orphans-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("removeOrphans", () => {
  it("removes what was compiled of a file that has become a folder, or is gone with its folder, and nothing else", () => {
    files("lib/run.ts", "lib/presets/index.ts", "lib/tables.json");
    files("dist/run.js", "dist/run.d.ts", "dist/run.js.map", "dist/.tsbuildinfo", "dist/tables.json", "dist/notes.txt");
    files("dist/presets/index.js", "dist/presets.js", "dist/presets.d.ts", "dist/old/deep/room.js");
    const removed = removeOrphans(join(root, "dist"), join(root, "lib"));
    expect(removed.sort()).toEqual(["old/deep/room.js", "presets.d.ts", "presets.js"]);
    expect(existsSync(join(root, "dist/old"))).toBe(false);
    expect(readdirSync(join(root, "dist"), { recursive: true }).sort()).toEqual(
      [
        ".tsbuildinfo",
        "notes.txt",
        "presets",
        "presets/index.js",
        "run.d.ts",
        "run.js",
        "run.js.map",
        "tables.json",
      ].sort(),
    );
    expect(removeOrphans(join(root, "dist"), join(root, "lib"))).toEqual([]);
  });

  it("is content where nothing was compiled", () => {
    files("lib/run.ts");
    expect(removeOrphans(join(root, "dist"), join(root, "lib"))).toEqual([]);
  });
});
