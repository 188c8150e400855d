import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { EVERYWHERE, ROOMS, SUB_ROOMS } from "./rooms";

const lib = join(__dirname, "../lib");

const rooms = readdirSync(lib, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "dist" && entry.name !== "node_modules")
  .map(({ name }) => name);

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? entry.name === "dist" || entry.name === "node_modules"
        ? []
        : sources(join(folder, entry.name))
      : entry.name.endsWith(".ts")
        ? [join(folder, entry.name)]
        : [],
  );
}

const files = new Set(sources(lib).map((file) => relative(lib, file).replace(/\.ts$/, "")));

/** The files of the library that a file imports, for values or for types alone. */
const imports = new Map(
  [...files].map((file) => {
    const text = readFileSync(join(lib, `${file}.ts`), "utf8");
    const named = [...text.matchAll(/(?:from|import|import\(|require\()\s*"(\.[^"]*)"/g)].map(([, path]) => {
      const target = join(dirname(file), (path as string).replace(/\.js$/, ""));
      return [target, join(target, "index")].find((one) => files.has(one));
    });
    return [file, named.filter((target) => target !== undefined)] as const;
  }),
);

const roomOf = (file: string) => file.split("/")[0] as string;
const subRoomOf = (file: string) => (file.split("/").length > 2 ? (file.split("/")[1] as string) : "");

describe("imports between rooms", () => {
  it.each(rooms)("of %s point one way and end at a room's index", (room) => {
    const allowed = new Set([...EVERYWHERE, ...(ROOMS[room] ?? []).map((name) => `${name}/index`)]);
    const wrong = [...imports]
      .filter(([file]) => roomOf(file) === room)
      .flatMap(([file, targets]) =>
        targets
          .filter((target) => roomOf(target) !== room && !allowed.has(target))
          .map((target) => `${file} → ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  it.each(Object.keys(SUB_ROOMS))("within %s point one way", (room) => {
    const allowed = SUB_ROOMS[room] ?? {};
    const wrong = [...imports]
      .filter(([file]) => roomOf(file) === room && Object.hasOwn(allowed, subRoomOf(file)))
      .flatMap(([file, targets]) =>
        targets
          .filter((target) => roomOf(target) === room && Object.hasOwn(allowed, subRoomOf(target)))
          .filter((target) => subRoomOf(target) !== subRoomOf(file))
          .filter((target) => !allowed[subRoomOf(file)]?.includes(subRoomOf(target)))
          .map((target) => `${file} → ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  it("make no circle, types counted", () => {
    const state = new Map<string, "open" | "closed">();
    const circles: string[] = [];
    const visit = (file: string, path: readonly string[]) => {
      if (state.get(file) === "open") circles.push([...path.slice(path.indexOf(file)), file].join(" → "));
      if (state.has(file)) return;
      state.set(file, "open");
      for (const target of imports.get(file) ?? []) visit(target, [...path, file]);
      state.set(file, "closed");
    };
    for (const file of files) visit(file, []);
    expect(circles).toEqual([]);
  });

  it("know every room", () => {
    expect(rooms.filter((room) => !Object.hasOwn(ROOMS, room))).toEqual([]);
  });

  it("come in files of at most 250 lines", () => {
    const long = [...files].filter((file) => readFileSync(join(lib, `${file}.ts`), "utf8").split("\n").length > 251);
    expect(long).toEqual([]);
  });

  it("have a README of at most 15 lines in each room", () => {
    const readmes = rooms.map((room) => ({ room, text: readFileSync(join(lib, room, "README.md"), "utf8") }));
    expect(readmes.filter(({ text }) => text.trimEnd().split("\n").length > 15).map(({ room }) => room)).toEqual([]);
  });

  it("keep tf out of the rooms that promise to do without", () => {
    // Decoding is TensorFlow's work; these files alone ask for it.
    const decoding = ["data/images/decode-image", "data/images/resize-jpeg"];
    const plain = ["system", "config", "data", "masking", "report", "session", "jupyter", "notebook", "headless"];
    const asking = [...files].filter(
      (file) =>
        plain.includes(roomOf(file)) &&
        !decoding.includes(file) &&
        /from "[^"]*(tensorflow|\/engine)/.test(readFileSync(join(lib, `${file}.ts`), "utf8")),
    );
    expect(asking).toEqual([]);
  });
});
