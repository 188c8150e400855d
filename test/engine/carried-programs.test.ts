import { createHmac } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
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

describe("the key that seals them", () => {
  afterEach(() => vi.unstubAllEnvs());

  it("is made anew where it was cut short: with an empty one anybody could seal", () => {
    const cache = temporaryFolder();
    vi.stubEnv("XDG_CACHE_HOME", cache);
    const key = join(cache, "njepa/xla/seal.key");
    mkdirSync(join(cache, "njepa/xla"), { recursive: true });
    writeFileSync(key, "");
    const run = temporaryFolder();
    const program = join(run, "pjrt-x/p.pjrt");
    mkdirSync(join(run, "pjrt-x"));
    writeFileSync(program, "code");
    writeFileSync(`${program}.seal`, createHmac("sha256", "").update("pjrt-x/p.pjrt\0code").digest("hex"));
    expect(takePrograms(run)).toEqual({ taken: 0, refused: [program] });
    expect(readFileSync(key)).toHaveLength(32);
    expect(readdirSync(join(cache, "njepa/xla"))).toEqual(["seal.key"]);
  });
});

describe.skipIf(!isHere)("programs kept for a CPU", () => {
  afterEach(() => {
    vi.restoreAllMocks();
    syncBuiltinESMExports();
  });

  it("are others for another number of processors, into as many parts as which they are cut", async () => {
    const paths: string[] = [];
    for (const processors of [1, 2, 1]) {
      vi.spyOn(os, "availableParallelism").mockReturnValue(processors);
      syncBuiltinESMExports();
      const f = compile((x: tf.Tensor) => tf.sub(x, 54_321), { backend: "pjrt", name: "cut" });
      tf.dispose(await f(tf.scalar(1)));
      paths.push(...f.programs());
      f.dispose();
    }
    expect(paths[1]).not.toBe(paths[0]);
    expect(paths[2]).toBe(paths[0]);
  });
});
