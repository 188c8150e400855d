import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PjrtApi, PjrtError } from "../../lib/engine/pjrt/c-api";
import { compileOptions, SAME_BITS, withFlags } from "../../lib/engine/pjrt/compile-options";
import { temporaryFolder } from "../temporary-folder";

const folder = temporaryFolder();
const hasCompiler = spawnSync("cc", ["--version"]).status === 0;

/** A shared library whose table of functions says that it is of this version, and has none. */
function pluginOf(minor: number): string {
  const [source, library] = [join(folder, `v${minor}.c`), join(folder, `v${minor}.so`)];
  writeFileSync(
    source,
    `struct { long size; void *next; long vsize; void *vnext; int major, minor; void *f[200]; } api = { sizeof api, 0, 24, 0, 0, ${minor} };
     void *GetPjrtApi(void) { return &api; }`,
  );
  execFileSync("cc", ["-shared", "-fPIC", "-o", library, source]);
  return library;
}

describe("a plugin", () => {
  it("that is no shared library, or has no table of functions, is named", () => {
    const text = join(folder, "plugin.so");
    writeFileSync(text, "not a library");
    expect(() => new PjrtApi(text)).toThrow(/plugin\.so cannot be loaded as a PJRT plugin: .*NJEPA_PJRT/);
  });

  it.runIf(hasCompiler)("of a version that is too old is refused with both versions", () => {
    expect(() => new PjrtApi(pluginOf(54))).toThrow(/v54\.so is of API version 0\.54: expected 0\.81 or newer/);
  });

  it("that has no memory left says what to do", () => {
    expect(new PjrtError("RESOURCE_EXHAUSTED", "gradients", "Out of memory").message).toMatch(
      /refused gradients \(RESOURCE_EXHAUSTED\): Out of memory\n.*optimizer\.batchSize.*Another process/,
    );
    expect(new PjrtError("RESOURCE_EXHAUSTED", "to start on its devices", "").message).toMatch(/\nAnother process/);
    expect(new PjrtError("INVALID_ARGUMENT", "gradients", "a shape").message).not.toContain("memory");
  });
});

describe("XLA's flags for one program", () => {
  it("are written as a map, field 7, of names to values", () => {
    const plain = compileOptions();
    const entry = [0x3a, 8, 0x0a, 2, 0x6f, 0x6b, 0x12, 2, 0x10, 1];
    expect([...compileOptions({ ok: true })]).toEqual([...plain, ...entry]);
    const level = [0x3a, 8, 0x0a, 2, 0x6c, 0x76, 0x12, 2, 0x18, 3];
    expect([...compileOptions({ lv: 3 })]).toEqual([...plain, ...level]);
  });

  it("are tried without an experimental one that the plugin does not have, and with no other left out", async () => {
    const seen: number[] = [];
    const refusing = (name: string) => async (options: Uint8Array) => {
      seen.push(options.length);
      if (Buffer.from(options).includes(name)) throw new Error(`No such compile option: '${name}'`);
      return options.length;
    };
    const flags = { xla_gpu_experimental_x: "A", xla_gpu_y: true };
    const rest = compileOptions({ xla_backend_optimization_level: 3, xla_gpu_y: true });
    expect(await withFlags(flags, refusing("xla_gpu_experimental_x"))).toBe(rest.length);
    expect(seen).toHaveLength(2);
    await expect(withFlags(flags, refusing("xla_gpu_y"))).rejects.toThrow("No such compile option: 'xla_gpu_y'");
  });

  it("leave Triton's products out where a plugin cannot be told to keep them", async () => {
    const flag = "xla_gpu_experimental_deterministic_ops_triton";
    const older = async (options: Uint8Array) => {
      if (Buffer.from(options).includes(flag)) throw new Error(`No such compile option: '${flag}'`);
      return Buffer.from(options);
    };
    const known = {
      xla_backend_optimization_level: 3,
      xla_allow_excess_precision: false,
      xla_gpu_exclude_nondeterministic_ops: true,
      xla_gpu_enable_triton_gemm: false,
    };
    expect(await withFlags(SAME_BITS, older)).toEqual(Buffer.from(compileOptions(known)));
  });
});
