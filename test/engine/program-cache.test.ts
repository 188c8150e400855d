import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { locateTensorFlow } from "../../lib/engine";
import { setXlaFlags } from "../../lib/engine/native/xla-flags";
import { processorKey, removeOldest } from "../../lib/engine/programs/folder";
import { processTag, userVariable } from "../../lib/system";
import { processSpace } from "../../lib/system/process-identity";
import { temporaryFolder } from "../temporary-folder";

/** Prints a function's values, what became of the kept programs, and what was warned of. */
const source = `
  const { compile, ready, tf } = require("njepa/engine");
  const warned = [];
  process.on("warning", ({ name, message }) => name === "NjepaWarning" && warned.push(message));
  ready().then(async ({ programs }) => {
    eval(process.env.NJEPA_TEST_FAULT ?? "");
    const f = compile((x) => tf.softmax(tf.matMul(x, x, false, true)), { name: "kept" });
    const x = tf.tensor2d(Float32Array.from({ length: 900 }, (_, index) => Math.sin(index)), [30, 30]);
    const values = Buffer.from((await f(x)).dataSync().buffer).toString("hex");
    await new Promise(setImmediate);
    console.log(JSON.stringify({ values, ...programs, warned }));
  });
`;

interface Ran {
  values: string;
  folder: string | null;
  problems: string[];
  warned: string[];
}

const caches: string[] = [];
afterAll(() => {
  for (const cache of caches) rmSync(cache, { recursive: true, force: true });
});

function newCache() {
  const cache = join(temporaryFolder(), 'a cache "of" mine');
  mkdirSync(cache);
  caches.push(cache);
  const library = locateTensorFlow().library?.directory;
  const run = async (fault = ""): Promise<Ran> => {
    // As a child of a process whose engine is up inherits them: its parent's link may be gone at any time.
    const parent = "--tf_xla_persistent_cache_directory=/gone --tf_xla_persistent_cache_device_types=CPU";
    const own = { TF_XLA_FLAGS: parent, NJEPA_SET_TF_XLA_FLAGS: parent };
    const inherited = { ...process.env, ...own, TF_CPP_MIN_LOG_LEVEL: "2", NJEPA_SET_TF_CPP_MIN_LOG_LEVEL: "2" };
    const env = { ...inherited, XDG_CACHE_HOME: cache, NJEPA_TENSORFLOW: library, NJEPA_TEST_FAULT: fault };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--no-warnings", "-e", source], { env });
    expect(stderr).toBe("");
    return JSON.parse(stdout);
  };
  const xla = join(cache, "njepa/xla");
  const folder = () => join(xla, readdirSync(xla).find((name) => name !== "links") as string);
  const programs = () => readdirSync(folder()).filter((name) => name.endsWith(".pb"));
  const program = () => join(folder(), programs()[0] as string);
  return { run, xla, folder, programs, program };
}

describe("compiled programs", () => {
  it("outlive their process: the next one takes them from the cache, gets the same bits, and leaves nothing else", async () => {
    const { run, xla, folder, program } = newCache();
    const first = await run();
    const written = statSync(program());
    expect(first).toMatchObject({ folder: folder(), problems: [], warned: [] });
    // Cut into as many parts as there are processors here.
    expect(basename(folder())).toMatch(new RegExp(`^2\\.21-${availableParallelism()}-[0-9a-f]{12}$`));
    expect(first.values).toMatch(/^[0-9a-f]{7200}$/);
    expect(await run()).toEqual(first);
    expect(statSync(program()).mtimeMs).toBe(written.mtimeMs);
    expect(readdirSync(folder())).toHaveLength(2); // the program and its stamp
    expect(readdirSync(join(xla, "links"))).toEqual([]);
  });
});

describe("the key of the processor that programs are kept for", () => {
  afterEach(() => vi.unstubAllEnvs());

  it("tells the user's own flags for XLA apart, under which programs have other numbers", () => {
    vi.stubEnv("XLA_FLAGS", "");
    const none = processorKey();
    vi.stubEnv("XLA_FLAGS", "--xla_cpu_enable_fast_min_max=false");
    const flagged = processorKey();
    expect(flagged).toMatch(/^[0-9a-f]{12}$/);
    expect(flagged).not.toBe(none);
    vi.stubEnv("XLA_FLAGS", undefined);
    expect(processorKey()).toBe(none);
    // Without the user's there are ours, which a child of this process must not take for the user's.
    setXlaFlags();
    expect(process.env.XLA_FLAGS).toBe("--xla_backend_optimization_level=1");
    expect(userVariable("XLA_FLAGS")).toBeUndefined();
    expect(processorKey()).toBe(none);
  });

  it("tells apart what a file of flags holds, as XLA reads it too", () => {
    const file = join(temporaryFolder(), "flags");
    vi.stubEnv("XLA_FLAGS", file);
    writeFileSync(file, "--xla_cpu_enable_fast_min_max=false");
    const before = processorKey();
    writeFileSync(file, "--xla_cpu_enable_fast_min_max=true");
    expect(processorKey()).not.toBe(before);
  });
});

describe.runIf(process.platform === "linux")("half a program", () => {
  it("is removed where the process that wrote it has ended, also if its number is another's now, and nowhere else", () => {
    const folder = temporaryFolder();
    const ended = [`${2 ** 30}-7-${processSpace()}`, `${process.pid}-1-${processSpace()}`];
    // Of this process, and of one on another machine that shares the folder.
    const others = [processTag(), `${2 ** 30}-7-abcdef`];
    for (const tag of [...ended, ...others]) writeFileSync(join(folder, `program.pjrt.${tag}`), "");
    removeOldest(folder);
    expect(readdirSync(folder).sort()).toEqual(others.map((tag) => `program.pjrt.${tag}`).sort());
  });
});

describe("a bad program cache", () => {
  it("stops no compilation: damaged programs are dropped before they are loaded", async () => {
    const { run, program } = newCache();
    const { values } = await run();
    const whole = readFileSync(program());
    const flipped = Buffer.from(whole);
    for (const at of [whole.length >> 1, whole.length - 2000]) flipped.writeUInt8(flipped.readUInt8(at) ^ 255, at);
    const faults = [
      () => truncateSync(program(), 1000),
      () => writeFileSync(program(), flipped),
      () => {
        const path = program();
        rmSync(path);
        mkdirSync(path);
      },
    ];
    for (const fault of faults) {
      fault();
      expect(await run()).toMatchObject({ values, problems: [expect.stringMatching(/^1 damaged/)], warned: [] });
    }
    expect(await run()).toMatchObject({ values, problems: [] });
  });

  it("is dropped and compiled anew when it is damaged under a process that runs", async () => {
    const { run, folder, program } = newCache();
    const { values } = await run();
    const ran = await run(`require("fs").truncateSync(${JSON.stringify(program())}, 1000)`);
    expect(ran).toMatchObject({ values, folder: folder(), problems: [expect.stringMatching(/^1 damaged/)] });
  });

  it("is no worse for links that somebody removed, or folders in their place", async () => {
    const { run, xla, folder } = newCache();
    const { values } = await run();
    // As TensorFlow makes it for a process whose link is gone; no process has this number.
    const left = join(xla, "links", `${2 ** 30}-7-${processSpace()}`);
    mkdirSync(left, { recursive: true });
    writeFileSync(join(left, "program.pb"), "");
    const links = JSON.stringify(join(xla, "links"));
    const ran = await run(`const fs = require("fs"); fs.rmSync(${links}, { recursive: true })`);
    expect(ran).toMatchObject({ values, folder: folder(), problems: [], warned: [] });
  });

  it("is done without, and said, when its folder can be neither made nor used", async () => {
    const { run, xla, folder } = newCache();
    const { values } = await run();
    const path = folder();
    rmSync(path, { recursive: true });
    writeFileSync(path, "");
    const said = [
      expect.stringMatching(/^Compiled programs are not kept in .*: EEXIST\. Each process compiles anew\.$/),
    ];
    expect(await run()).toMatchObject({ values, folder: null, problems: said, warned: said });
    expect(readdirSync(join(xla, "links"))).toEqual([]);
  });

  it("is done without, and said, when it can no longer be written", async () => {
    const { run, folder } = newCache();
    const { values } = await run();
    const path = JSON.stringify(folder());
    const ran = await run(
      `const fs = require("fs"); fs.rmSync(${path}, { recursive: true }); fs.writeFileSync(${path}, "")`,
    );
    const said = [expect.stringMatching(/^Compiled programs are no longer kept in .* This process compiles anew\.$/s)];
    expect(ran).toMatchObject({ values, folder: null, problems: said, warned: said });
  });

  const full = temporaryFolder();
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=4k", "tmpfs", full]).status === 0;
  afterAll(() => {
    if (mounted) spawnSync("umount", [full]);
    rmSync(full, { recursive: true });
  });

  it.runIf(mounted)("is done without, and said, when its disk is full", async () => {
    const { run, folder } = newCache();
    const { values } = await run();
    const path = JSON.stringify(folder());
    writeFileSync(join(full, "all of it"), Buffer.alloc(4096));
    // Mounted in the folder's place by a link, since only a link can be made without asking the system again.
    const ran = await run(
      `const fs = require("fs"); fs.rmSync(${path}, { recursive: true }); fs.symlinkSync("${full}", ${path})`,
    );
    expect(ran).toMatchObject({ values, folder: null, warned: [expect.stringMatching(/No space left on device/)] });
  });
});
