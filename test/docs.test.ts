import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { listSettings, type Setting } from "../lib/config";
import { units } from "../lib/config/units";
import { openStudy } from "../lib/study";
import { ROOMS } from "./rooms";

const root = join(__dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

/** Files that people read, where there are such. */
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "SECURITY.md",
  ...within("docs"),
  ...within("lib"),
].filter((path) => path.endsWith(".md") && existsSync(join(root, path)));

function within(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (["dist", "node_modules"].includes(entry.name)) return [];
    return entry.isDirectory() ? within(path) : [path];
  });
}

/** Anchors of a page: its headings' as GitHub makes them, and those written out. */
function anchors(text: string): Set<string> {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    (heading as string)
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
  return new Set([...headings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id as string)]);
}

describe("docs/method.md", () => {
  const method = read("docs/method.md");

  const rows = [...method.matchAll(/^\| `([A-Za-z.0-9]+)` \| ([^|]+) \|/gm)].map(([, name, value]) => [name, value]);
  const written = ({ default: value }: Setting) => (value === "preset" || value === "none" ? value : `\`${value}\``);
  const known = Object.fromEntries(listSettings().map((setting) => [setting.name, written(setting)]));

  it("says the library's default in every row, and has no row for a setting that is not there", () => {
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(rows.map(([name]) => [name, known[name as string]])));
    expect(new Set(rows.map(([name]) => name)).size).toBe(rows.length);
  });

  it("has a row for every setting of the paper's method; what people add to losses, probes and data needs none", () => {
    const described = new Set(rows.map(([name]) => name));
    const own = Object.keys(known).filter((name) => !/^(objective|evaluate|data)\./.test(name));
    expect(own.filter((name) => !described.has(name))).toEqual([]);
  });

  it("has every anchor that a file of the repository cites", () => {
    const files = [...within("lib"), ...within("scripts"), ...within("test"), ...within("notebooks")].filter((path) =>
      /\.(ts|json|md|ipynb|py)$/.test(path),
    );
    const cited = files.flatMap((path) =>
      [...read(path).matchAll(/docs\/method\.md#([a-z0-9-]+)/g)].map(([, anchor]) => ({ path, anchor })),
    );
    const known = anchors(method);
    expect(cited.filter(({ anchor }) => !known.has(anchor as string))).toEqual([]);
  });
});

describe("units", () => {
  it("are of settings that there are", () => {
    const names = new Set(listSettings().map(({ name }) => name));
    expect(Object.keys(units).filter((name) => !names.has(name))).toEqual([]);
  });
});

describe("docs/architecture.md", () => {
  it("has the rooms and their imports as the test of imports has them", () => {
    const rows = [...read("docs/architecture.md").matchAll(/^\| `([\w-]+)` \| (.+) \|$/gm)].map(([, room, list]) => [
      room,
      [...(list as string).matchAll(/`([\w/-]+)`/g)].map(([, name]) => name),
    ]);
    expect(Object.fromEntries(rows)).toEqual(ROOMS);
  });
});

describe("docs/how-to.md", () => {
  it("has studies that open, with a training for each row that is trained", () => {
    const blocks = [...read("docs/how-to.md").matchAll(/^```json\n([\s\S]*?)^```/gm)].map(([, json]) => json as string);
    expect(blocks.map((json) => openStudy(JSON.parse(json), { preset: "smoke", seeds: [0] }).jobs.length)).toEqual([4]);
  });
});

describe("links", () => {
  it.each(pages)("of %s lead to files and headings that are there", (path) => {
    const text = read(path).replace(/^```[\s\S]*?^```/gm, "");
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target as string);
    const broken = targets.filter((target) => {
      if (/^[a-z]+:/.test(target)) return false;
      const [file, anchor] = target.split("#") as [string, string?];
      const full = file ? join(dirname(join(root, path)), file) : join(root, path);
      if (!existsSync(full)) return true;
      return anchor !== undefined && !anchors(readFileSync(full, "utf8")).has(anchor);
    });
    expect(broken).toEqual([]);
  });
});
