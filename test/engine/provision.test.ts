import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  acceleratorHere,
  buildFor,
  cachedBuild,
  driverProblem,
  fetchTensorFlow,
  findPjrtPlugin,
  findTensorFlow,
  librariesBeside,
  locateTensorFlow,
  nvidiaDriver,
  type PluginBuild,
  pluginBuilds,
  pluginKindHere,
  requireDevice,
  requireSupportedVersion,
  verifyCachedLibrary,
} from "../../lib/engine/provision";
import { fetchFolder } from "../../lib/engine/provision/fetch";
import { cachedFolder } from "../../lib/engine/provision/library-cache";
import { pluginFolder } from "../../lib/engine/provision/plugin";
import { EngineError } from "../../lib/errors";
import {
  fakeBuild,
  fakeCudaFiles,
  fakeFiles,
  fakePlugin,
  fakePluginFiles,
  fakeWheel,
  names,
  Sandbox,
} from "./provision-fakes";

// The sandbox's commands are shell scripts, and its files have Linux's names.
const onLinux = describe.runIf(process.platform === "linux");

let sandbox: Sandbox;
const wheel = fakeWheel(fakeFiles());
const build = fakeBuild(wheel);
const folder = () => join(sandbox.cache, "njepa", "tensorflow", "2.21.0-cpu");

beforeEach(() => {
  sandbox = new Sandbox();
  for (const [name, value] of Object.entries(sandbox.environment())) vi.stubEnv(name, value);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(sandbox.root, { recursive: true });
});

async function failure(work: Promise<unknown>): Promise<EngineError> {
  const error = await work.then(
    () => null,
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(EngineError);
  return error;
}

onLinux("fetchTensorFlow", () => {
  it("puts the two libraries, the license and a manifest into the cache, byte for byte", async () => {
    sandbox.pipWith(wheel);
    const library = await fetchTensorFlow(build);
    expect(library).toMatchObject({ directory: folder(), version: "2.21.0", source: "fetched" });
    expect(readFileSync(library.library)).toEqual(fakeFiles()[`tensorflow/${names.library}`]);
    expect(readFileSync(library.framework)).toEqual(fakeFiles()[`tensorflow/${names.framework}`]);
    expect(readdirSync(folder()).sort()).toEqual(["LICENSE", names.library, names.framework, "manifest.json"].sort());
    expect(readdirSync(join(folder(), ".."))).toEqual(["2.21.0-cpu"]);
  });

  it("names a wheel of another hash than the pinned one and keeps nothing of it", async () => {
    sandbox.pipWith(fakeWheel({ ...fakeFiles(), "tensorflow/other.py": Buffer.from("pass") }));
    const error = await failure(fetchTensorFlow(build));
    expect(error.message).toContain(`expected SHA-256 ${build.sha256}`);
    expect(readdirSync(join(folder(), ".."))).toEqual([]);
  });

  it("names a wheel that was cut short", async () => {
    const short = wheel.subarray(0, wheel.length - 400);
    sandbox.pipWith(short);
    const error = await failure(fetchTensorFlow(fakeBuild(short)));
    expect(error.message).toContain("file is truncated");
    expect(existsSync(folder())).toBe(false);
  });

  it("names the file whose bytes are not those of the wheel's RECORD", async () => {
    const lying = fakeWheel(fakeFiles(), `tensorflow/${names.library}`);
    sandbox.pipWith(lying);
    const error = await failure(fetchTensorFlow(fakeBuild(lying)));
    expect(error.message).toMatch(/libtensorflow_cc\.so\.2 in it has SHA-256 \w+, its RECORD says \w+/);
    expect(existsSync(folder())).toBe(false);
  });

  it("names the file whose packed bytes were damaged", async () => {
    const damaged = Buffer.from(wheel);
    damaged.fill(0xff, 60, 80);
    sandbox.pipWith(damaged);
    const error = await failure(fetchTensorFlow(fakeBuild(damaged)));
    expect(error.message).toContain(`tensorflow/${names.framework} in it cannot be unpacked`);
  });

  it("names a library that the wheel lacks", async () => {
    const { [`tensorflow/${names.library}`]: _, ...rest } = fakeFiles();
    const lacking = fakeWheel(rest);
    sandbox.pipWith(lacking);
    expect((await failure(fetchTensorFlow(fakeBuild(lacking)))).message).toContain(
      `does not hold tensorflow/${names.library}`,
    );
  });

  it("passes on what pip said last, and says that the index could not be reached", async () => {
    sandbox.pip('echo "ERROR: Connection to index timed out" >&2; exit 1');
    const error = await failure(fetchTensorFlow(build));
    expect(error.message).toContain("failed with exit 1. The package index could not be reached");
    expect(error.message).toContain("ERROR: Connection to index timed out");
    expect(readdirSync(join(folder(), ".."))).toEqual([]);
  });

  it("says that the disk is full when pip says so", async () => {
    sandbox.pip('echo "OSError: [Errno 28] No space left on device" >&2; exit 2');
    expect((await failure(fetchTensorFlow(build))).message).toContain("The disk is full");
  });

  it("says how many bytes it needs where the disk has fewer", async () => {
    sandbox.pipWith(wheel);
    const error = await failure(fetchTensorFlow({ ...build, unpackedBytes: 1e18 }));
    expect(error.message).toContain(`expected ${1e18 + wheel.length} bytes`);
    expect(existsSync(sandbox.downloads)).toBe(false);
  });

  it("says so when a pip that was killed left nothing", async () => {
    sandbox.pip("kill -9 $$");
    expect((await failure(fetchTensorFlow(build))).message).toContain("failed with signal SIGKILL");
  });

  it("sets a half-written cache aside, says so, and fetches again", async () => {
    mkdirSync(folder(), { recursive: true });
    writeFileSync(join(folder(), names.library), "half");
    mkdirSync(`${folder()}.partial-1`);
    sandbox.pipWith(wheel);
    const lines: string[] = [];
    const library = await fetchTensorFlow(build, (line) => lines.push(line));
    expect(library.source).toBe("fetched");
    expect(lines.join("\n")).toContain("it has no manifest.json, so an earlier fetch was cut short");
    expect(readdirSync(join(folder(), ".."))).toEqual(["2.21.0-cpu"]);
  });

  it("lets the second of two processes wait and take what the first has made", async () => {
    sandbox.pipWith(wheel, 3);
    const said = await Promise.all([child(), child()]);
    expect(said.map((text) => text.match(/source (\w+)/)?.[1]).sort()).toEqual(["cache", "fetched"]);
    expect(said.join("\n")).toContain("s for another process that fetches TensorFlow");
    expect(readFileSync(sandbox.downloads, "utf8")).toBe("one\n");
  });

  it("takes over the lock of a process that died", async () => {
    sandbox.pipWith(wheel);
    mkdirSync(join(folder(), ".."), { recursive: true });
    const { hostname } = await import("node:os");
    writeFileSync(`${folder()}.lock`, JSON.stringify({ pid: 2 ** 30, host: hostname() }));
    expect((await fetchTensorFlow(build)).source).toBe("fetched");
    expect(existsSync(`${folder()}.lock`)).toBe(false);
  });
});

onLinux("a cache that cannot be written", () => {
  it("is named with what stands in the way and the variable that sets another", async () => {
    rmSync(sandbox.cache, { recursive: true });
    writeFileSync(sandbox.cache, "");
    const { message } = await failure(fetchTensorFlow(build));
    expect(message).toContain(`Cannot fetch TensorFlow 2.21.0 into ${join(folder(), "..")}: a file stands where`);
    expect(message).toContain("(EEXIST). XDG_CACHE_HOME sets another folder.");
  });
});

onLinux("NVIDIA's plugin", () => {
  const own = fakeWheel(fakePluginFiles());
  const part = fakeWheel(fakeCudaFiles());
  const plugin = fakePlugin(own, part);
  const run = () => pluginFolder(plugin, "run");
  const deliver = (changed = part) => sandbox.pipWithAll({ "jax-cuda13-pjrt": own, "nvidia-cublas": changed });
  const fetch = (folder = run()) => fetchFolder(folder, () => {});

  it("keeps the wheels' layout, where its run path leads to NVIDIA's libraries, and says their versions", async () => {
    deliver();
    const { directory } = run();
    expect(directory).toBe(join(sandbox.cache, "njepa", "pjrt", "cuda13-13.10.0.20-runtime"));
    expect(await fetch()).toEqual({ fetched: true });
    const path = join(directory, plugin.library);
    expect(readFileSync(path)).toEqual(fakePluginFiles()[plugin.library]);
    const blas = "nvidia/cu13/lib/libcublas.so.13";
    expect(readFileSync(join(path, "../../..", blas))).toEqual(fakeCudaFiles()[blas]);
    expect(readdirSync(directory, { recursive: true }).filter((name) => /\.(h|py)$/.test(`${name}`))).toEqual([]);
    expect(existsSync(join(directory, "nvidia_cublas-13.10.0.20.dist-info/licenses/License.txt"))).toBe(true);
    expect(statSync(join(directory, "nvidia/cu13/bin/ptxas")).mode & 0o777).toBe(0o755);
    expect(librariesBeside(path)).toEqual(["nvidia_cublas 13.10.0.20"]);
    // What an installed JAX or PyTorch brings besides.
    for (const other of ["nvidia_ml_py-13.610.43", "nvidia_cusparselt_cu13-0.8.0"])
      mkdirSync(join(directory, `${other}.dist-info`));
    expect(librariesBeside(path)).toEqual(["nvidia_cublas 13.10.0.20"]);
    expect(await fetch()).toEqual({ fetched: false });
    expect(readFileSync(sandbox.downloads, "utf8")).toBe("one\none\n");
  });

  it("is fetched without the libraries where it only compiles, in a folder of its own", async () => {
    deliver();
    const compiler = pluginFolder(plugin, "compile");
    await fetch(compiler);
    expect(readdirSync(compiler.directory).sort()).toEqual(["jax_plugins", "manifest.json"]);
    expect(existsSync(run().directory)).toBe(false);
  });

  it("keeps nothing when one of NVIDIA's wheels is not the pinned one, and fetches whole the next time", async () => {
    deliver(fakeWheel({ ...fakeCudaFiles(), "nvidia/other.py": Buffer.from("pass") }));
    expect((await failure(fetch())).message).toContain(`expected SHA-256 ${plugin.runtime[0]?.sha256}`);
    expect(readdirSync(join(run().directory, ".."))).toEqual([]);
    deliver();
    expect(await fetch()).toEqual({ fetched: true });
  });

  it("notices one of NVIDIA's libraries that is gone, and a cache of other pinned wheels", async () => {
    deliver();
    await fetch();
    const other = { ...plugin, runtime: plugin.runtime.map((wheel) => ({ ...wheel, sha256: "0" })) };
    const reason = "its manifest.json is of another build";
    expect(cachedFolder(pluginFolder(other, "run"))).toMatchObject({ state: "broken", reason });
    rmSync(join(run().directory, "nvidia/cu13/lib/libcublas.so.13"));
    expect(cachedFolder(run())).toMatchObject({
      state: "broken",
      reason: "nvidia/cu13/lib/libcublas.so.13 is missing, expected 5000",
    });
  });

  it("refuses a wheel whose names lead out of the folder", async () => {
    const bad = fakeWheel({ "nvidia/cublas/lib/../../../../../escaped.so": Buffer.from("x") });
    deliver(bad);
    const error = await failure(fetch(pluginFolder(fakePlugin(own, bad), "run")));
    expect(error.message).toContain("invalid relative path");
  });

  it("counts all wheels when it looks whether the disk has room", async () => {
    deliver();
    const vast = { ...plugin, runtime: plugin.runtime.map((wheel) => ({ ...wheel, unpackedBytes: 1e18 })) };
    expect((await failure(fetch(pluginFolder(vast, "run")))).message).toContain("Too little space");
    expect(existsSync(sandbox.downloads)).toBe(false);
  });

  // On a machine with a driver this would fetch.
  it.runIf(driverProblem(nvidiaDriver()) !== null)("is refused without a driver before it is fetched", async () => {
    deliver();
    const { message } = await failure(findPjrtPlugin("cuda13"));
    expect(message).toMatch(/cuda13 finds no device: .*setup.*--device gpu --without-driver/);
    expect(existsSync(sandbox.downloads)).toBe(false);
  });

  it("is pinned whole: every wheel by version, platform, size and SHA-256", () => {
    for (const build of pluginBuilds) {
      for (const wheel of [...build.wheels, ...build.runtime]) {
        expect(wheel.sha256).toMatch(/^[0-9a-f]{64}$/);
        expect(wheel.platformTag).toMatch(/^manylinux\w+_x86_64$/);
        expect(wheel.bytes).toBeGreaterThan(1e6);
      }
    }
    const { runtime } = pluginBuilds.find(({ kind }) => kind === "cuda13") as PluginBuild;
    expect(runtime.map((wheel) => wheel.package)).toEqual([
      "nvidia-cublas",
      "nvidia-cuda-cupti",
      "nvidia-cuda-nvrtc",
      "nvidia-cuda-runtime",
      "nvidia-cudnn-cu13",
      "nvidia-cufft",
      "nvidia-nccl-cu13",
      "nvidia-nvjitlink",
    ]);
  });
});

describe("the NVIDIA driver", () => {
  const proc = (version: string, gpus: number | null) => {
    const folder = join(sandbox.root, "proc", "driver", "nvidia");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "version"), `${version}\nGCC version: 12.2.0\n`);
    if (gpus !== null) mkdirSync(join(folder, "gpus"));
    for (let at = 0; at < (gpus ?? 0); at++) mkdirSync(join(folder, "gpus", `0000:0${at}:00.0`));
    return nvidiaDriver(join(sandbox.root, "proc"));
  };

  it("is read from the kernel, of the closed and of the open module", () => {
    const closed = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 01:15:15 UTC 2023";
    expect(proc(closed, 2)).toEqual({ version: "535.104.05", gpus: 2 });
    const open = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  550.54.14  Release Build  (builder@host)";
    expect(proc(open, null)).toEqual({ version: "550.54.14", gpus: 2 });
    expect(nvidiaDriver(join(sandbox.root, "nothing"))).toBeNull();
  });

  it("is named where a CUDA build would be of no use, before anything is fetched", () => {
    expect(driverProblem(null)).toContain("no NVIDIA driver is loaded (expected 525.60.13 or newer)");
    expect(driverProblem({ version: "525.60.12", gpus: 1 })).toContain("525.60.12 is too old for CUDA 12");
    expect(driverProblem({ version: "470.82", gpus: 1 })).toContain("too old");
    expect(driverProblem({ version: "580.65.05", gpus: 1 }, 13)).toContain("580.65.05 is too old for CUDA 13");
    expect(driverProblem({ version: "580.65.06", gpus: 1 }, 13)).toBeNull();
    expect(driverProblem({ version: "525.60.13", gpus: 0 })).toContain("drives no GPU");
    for (const version of ["525.60.13", "525.147.05", "1000.1", null])
      expect(driverProblem({ version, gpus: 1 })).toBeNull();
    const nothing = () => false;
    expect(pluginKindHere({ version: "580.82.07", gpus: 1 }, nothing)).toBe("cuda13");
    expect(pluginKindHere({ version: "535.104.05", gpus: 1 }, nothing)).toBe("cuda12");
    expect(pluginKindHere(null, (path) => path === "/dev/kfd")).toBe("rocm");
    expect(pluginKindHere(null, nothing)).toBe("cpu");
    expect(() => requireDevice("cuda13", { version: "535.104.05", gpus: 1 })).toThrow(
      /cuda13 finds no device: the NVIDIA driver 535\.104\.05 is too old for CUDA 13.* or use the plugin "cuda12"/,
    );
    expect(acceleratorHere(null, nothing)).toBe("cuda13");
    expect(acceleratorHere({ version: "535.104.05", gpus: 1 }, nothing)).toBe("cuda12");
  });
});

onLinux("cachedBuild", () => {
  it("notices a library that became shorter", async () => {
    sandbox.pipWith(wheel);
    const library = await fetchTensorFlow(build);
    truncateSync(library.library, 1000);
    expect(cachedBuild(build)).toMatchObject({
      state: "broken",
      reason: `${names.library} has 1000 bytes, expected 200000`,
    });
  });

  it("takes a library of the right size for whole, and verifyCachedLibrary finds its changed byte", async () => {
    sandbox.pipWith(wheel);
    const library = await fetchTensorFlow(build);
    const bytes = readFileSync(library.library);
    bytes.writeUInt8(bytes.readUInt8(5) ^ 1, 5);
    const cached = cachedBuild(build);
    if (cached.state !== "whole") throw new Error(cached.state);
    expect(await verifyCachedLibrary(cached)).toEqual([]);
    writeFileSync(library.library, bytes);
    expect(cachedBuild(build).state).toBe("whole");
    expect(await verifyCachedLibrary(cached)).toEqual([names.library]);
  });
});

onLinux("findTensorFlow", () => {
  it("lists every place it tried, and what to do, when there is no pip", async () => {
    const error = await failure(findTensorFlow());
    expect(error.message).toContain("NJEPA_TENSORFLOW: not set");
    expect(error.message).toContain(`the cache: nothing in ${folder()}`);
    expect(error.message).toContain("an installed Python TensorFlow: python3:");
    expect(error.message).toContain("No pip was found");
    expect(error.message).toContain("set NJEPA_TENSORFLOW to a folder");
  });

  it("prefers the explicit folder to the cache", async () => {
    sandbox.pipWith(wheel);
    await fetchTensorFlow(build);
    vi.stubEnv("NJEPA_TENSORFLOW", folder());
    expect(await findTensorFlow()).toMatchObject({ source: "explicit", directory: folder(), version: null });
  });

  it("refuses an explicit folder that lacks a library instead of looking elsewhere", async () => {
    vi.stubEnv("NJEPA_TENSORFLOW", sandbox.root);
    const error = await failure(findTensorFlow());
    expect(error.message).toContain(`NJEPA_TENSORFLOW is ${sandbox.root}: expected a folder that holds`);
  });
});

onLinux("locateTensorFlow", () => {
  const python = (answer: object) => sandbox.command("python3", `echo '${JSON.stringify(answer)}'`);

  it("finds the libraries of an installed Python TensorFlow of the supported version", () => {
    writeFileSync(join(sandbox.root, names.library), "");
    writeFileSync(join(sandbox.root, names.framework), "");
    python({ version: "2.21.1", directory: sandbox.root });
    expect(locateTensorFlow().library).toMatchObject({ source: "python", version: "2.21.1", directory: sandbox.root });
  });

  it("passes over a Python TensorFlow of another version and says which it is", () => {
    python({ version: "2.15.0", directory: sandbox.root });
    const location = locateTensorFlow();
    expect(location.library).toBeNull();
    expect(location.tried.join("\n")).toContain("python3: has tensorflow 2.15.0, expected 2.21.x");
  });

  it("takes a Python's last line: what starts with it may print something first", () => {
    const answer = JSON.stringify({ version: "2.15.0", directory: sandbox.root });
    sandbox.command("python3", `echo "Welcome to this machine"; echo '${answer}'`);
    sandbox.command("python", "echo 5");
    expect(locateTensorFlow().tried.join("\n")).toMatch(
      /python3: has tensorflow 2\.15\.0.*; python: has no tensorflow installed/,
    );
  });
});

describe("requireSupportedVersion", () => {
  const library = { directory: "/somewhere", framework: "", library: "", version: null, source: "explicit" } as const;

  it("takes any patch of the supported minor version", () => {
    expect(() => requireSupportedVersion("2.21.3", library)).not.toThrow();
  });

  it.each(["2.20.0", "2.2.1", "2.210.0", "3.21.0"])("refuses %s and names the folder and both versions", (version) => {
    expect(() => requireSupportedVersion(version, library)).toThrow(
      `/somewhere (explicit) is of a version this package was not written for: expected 2.21.x, got ${version}`,
    );
  });
});

describe("buildFor", () => {
  it("names the machines that have a build where this one has none", () => {
    expect(() => buildFor("sunos-sparc")).toThrow(/sunos-sparc: expected one of linux-x64, linux-arm64, darwin-arm64/);
  });
});

function child(): Promise<string> {
  const require = createRequire(import.meta.url);
  const runner = join(require.resolve("vite-node/package.json"), "..", "vite-node.mjs");
  const path = readdirSync(sandbox.root).find((name) => name.endsWith(".whl")) as string;
  const args = [runner, join(import.meta.dirname, "provision-child.ts"), join(sandbox.root, path)];
  const process_ = spawn(process.execPath, args, { env: { ...process.env, ...sandbox.environment() } });
  return new Promise((resolve) => {
    let said = "";
    process_.stdout.on("data", (chunk) => {
      said += chunk;
    });
    process_.stderr.on("data", (chunk) => {
      said += chunk;
    });
    process_.on("close", () => resolve(said));
  });
}
