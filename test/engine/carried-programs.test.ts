import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { carryPrograms, compile, takePrograms, tf } from "../../lib/engine";
import { temporaryFolder } from "../temporary-folder";
import { hasPlugin } from "./pjrt-device";

const isHere = await hasPlugin();
const folder = temporaryFolder();

describe.skipIf(!isHere)("programs that go along with results", () => {
  it("are put back where they are missing or others, and left alone where they were changed", async () => {
    const f = compile((x: tf.Tensor) => tf.add(x, 12_345), { backend: "pjrt", name: "carried" });
    expect(f.programs()).toEqual([]);
    expect((await f(tf.scalar(1))).dataSync()[0]).toBe(12_346);
    const [path] = f.programs() as [string];
    f.dispose();
    const program = readFileSync(path);
    carryPrograms([path], folder);
    expect(takePrograms(folder)).toEqual({ taken: 0, refused: [] });
    rmSync(path);
    expect(takePrograms(folder)).toEqual({ taken: 1, refused: [] });
    expect(readFileSync(path).equals(program)).toBe(true);
    writeFileSync(path, "another program for the same text");
    expect(takePrograms(folder).taken).toBe(1);
    expect(readFileSync(path).equals(program)).toBe(true);
    // Changed by somebody who does not have this user's key.
    const [compiler] = readdirSync(folder) as [string];
    const carried = readdirSync(join(folder, compiler)).find((name) => name.endsWith(".pjrt")) as string;
    const at = join(folder, compiler, carried);
    writeFileSync(at, "code of somebody else");
    rmSync(path);
    expect(takePrograms(folder)).toEqual({ taken: 0, refused: [at] });
    // Whole and sealed, at the place of another program.
    writeFileSync(at, program);
    const other = join(folder, compiler, carried.replace(/^.{4}/, "0000"));
    renameSync(at, other);
    renameSync(`${at}.seal`, `${other}.seal`);
    expect(takePrograms(folder)).toEqual({ taken: 0, refused: [other] });
  });
});
