import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";

/** What each room may import, beside `errors`, `random` and `interruption`. Everything points from later rooms to earlier ones. */
const ALLOWED: Record<string, readonly string[]> = {
  cache: [],
  config: [],
  engine: ["cache"],
  data: ["config", "cache", "engine"],
  masking: ["config"],
  noise: ["config", "engine"],
  model: ["config", "engine"],
  optimizer: ["config", "engine"],
  objective: ["config", "engine", "masking", "noise", "model"],
  train: ["cache", "config", "engine", "data", "masking", "noise", "model", "optimizer", "objective"],
  study: ["cache", "config", "engine", "data", "noise", "train", "evaluate", "report"],
  evaluate: ["cache", "config", "engine", "data", "model", "optimizer"],
  report: ["cache"],
  kernel: ["cache", "report"],
};

const lib = join(__dirname, "../lib");
const rooms = readdirSync(lib, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== "dist");

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? sources(join(folder, entry.name))
      : entry.name.endsWith(".ts")
        ? [join(folder, entry.name)]
        : [],
  );
}

/** Rooms that a file imports, with a mark where it reaches past the room's index. */
function imported(file: string, room: string): string[] {
  const found = readFileSync(file, "utf8").matchAll(
    /(?:from|import\(|require\()\s*"((?:\.\.\/)+)([a-z-]+)(\/[^"]*)?"/g,
  );
  const depth = relative(join(lib, room), file).split("/").length;
  return [...found].filter(([, up]) => up?.length === 3 * depth).map(([, , name, deep]) => `${name}${deep ?? ""}`);
}

describe("imports between rooms", () => {
  it.each(rooms.map(({ name }) => name))("of %s point one way and end at a room's index", (room) => {
    const allowed = new Set(["errors", "random", "interruption", ...(ALLOWED[room] ?? [])]);
    const wrong = sources(join(lib, room)).flatMap((file) =>
      imported(file, room)
        .filter((name) => !allowed.has(name))
        .map((name) => `${relative(lib, file)} → ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it("know every room", () => {
    expect(rooms.map(({ name }) => name).sort()).toEqual(Object.keys(ALLOWED).sort());
  });

  it("keep tf out of the rooms that promise to do without", () => {
    // Decoding is TensorFlow's work; these two files alone ask for it.
    const decoding = ["data/decode-image.ts", "data/resize-image.ts"];
    for (const room of ["cache", "config", "data", "masking", "report", "kernel"]) {
      const own = sources(join(lib, room)).filter((file) => !decoding.includes(relative(lib, file)));
      const files = own.filter((file) => /from "[^"]*(tensorflow|\/engine)/.test(readFileSync(file, "utf8")));
      expect(files, room).toEqual([]);
    }
  });
});
