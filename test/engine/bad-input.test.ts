import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { compile, createVariable, locatePjrtPlugin, lower, ready, tf } from "../../lib/engine";
import { nvidiaDriver } from "../../lib/engine/provision";
import { EngineError } from "../../lib/errors";
import { compiledFile } from "../../lib/system";
import { temporaryFolder } from "../temporary-folder";

let theFolder = "";
beforeAll(async () => {
  theFolder = (await ready()).library.directory;
});

const values = (tensor: tf.Tensor) => Array.from(tensor.dataSync());

describe("an index out of range in a compiled gather", () => {
  it.each([-1, 3])(
    "is an error that names the op and the line, and leaves variables alone (index %i)",
    async (index) => {
      const variable = createVariable(tf.tensor1d([1, 2]), "v");
      const step = compile(
        (rows: tf.Tensor1D) => {
          const taken = tf.gather(tf.tensor1d([10, 20, 30]), rows);
          variable.assign(tf.add(variable.read(), tf.sum(taken)));
          return taken;
        },
        { name: "taking" },
      );
      const before = tf.memory().numTensors;
      const rows = tf.tensor1d([0, index], "int32");
      await expect(step(rows)).rejects.toThrow(
        /function taking .* an index is not in \[0, 2\]: GatherV2 at \S*bad-input\.test\.ts:\d+:\d+ .*shape \[2\]/,
      );
      rows.dispose();
      expect(values(variable.read())).toEqual([1, 2]);
      expect(tf.memory().numTensors).toBe(before + 1); // what was read
      expect(values(await step(tf.tensor1d([0, 2], "int32")))).toEqual([10, 30]);
      expect(values(variable.read())).toEqual([41, 42]);
      step.dispose();
      variable.dispose();
    },
  );
});

describe("checkFinite", () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY])("refuses %d in an argument and names it", async (odd) => {
    const variable = createVariable(tf.scalar(1), "v");
    const step = compile(
      (_: tf.Tensor, x: tf.Tensor) => {
        variable.assign(tf.add(variable.read(), tf.sum(x)));
        return tf.sum(x);
      },
      { checkFinite: true },
    );
    await expect(step(tf.scalar(0), tf.tensor1d([1, odd]))).rejects.toThrow(/argument 2 of shape \[2\] holds a NaN or/);
    expect(values(variable.read())).toEqual([1]);
    expect(values(await step(tf.scalar(0), tf.tensor1d([1, 2])))).toEqual([3]);
    expect(values(variable.read())).toEqual([4]);
    step.dispose();
    variable.dispose();
  });
});

describe("a tensor that was disposed", () => {
  it("is named as that by an op and by a compiled function", async () => {
    const gone = tf.tensor2d([1, 2], [1, 2]);
    gone.dispose();
    expect(() => tf.neg(gone)).toThrow(/A tensor of shape \[1,2\] was used at .* after it was disposed/);
    const f = compile((x: tf.Tensor) => tf.neg(x));
    await expect(f(gone)).rejects.toThrow(EngineError);
    f.dispose();
  });
});

describe("a variable that was disposed", () => {
  it("is named by whatever uses it", async () => {
    const variable = createVariable(tf.zeros([2]), "weights");
    const f = compile((x: tf.Tensor) => tf.add(x, variable.read()));
    const x = tf.ones([2]);
    tf.dispose(await f(x));
    variable.dispose();
    variable.dispose();
    const named = /The variable weights was used after it was disposed/;
    expect(() => variable.read()).toThrow(named);
    expect(() => variable.assign(x)).toThrow(named);
    await expect(f(x)).rejects.toThrow(named);
    f.dispose();
  });
});

describe("a tf.Variable in a compiled function", () => {
  it("is refused with its name and the line, whether it is used, made or assigned", async () => {
    const variable = tf.variable(tf.scalar(2), true, "theirs");
    const using = compile((x: tf.Tensor) => tf.mul(x, variable));
    const making = compile((x: tf.Tensor) => tf.mul(x, tf.variable(tf.scalar(1), true, "inside")));
    const assigning = compile((x: tf.Tensor) => {
      variable.assign(x as tf.Scalar);
      return x;
    });
    const line = "at \\S*bad-input\\.test\\.ts:\\d+:\\d+";
    await expect(using(tf.scalar(3))).rejects.toThrow(new RegExp(`tf.Variable "theirs" was used ${line}`));
    await expect(making(tf.scalar(3))).rejects.toThrow(new RegExp(`tf.Variable "inside" was made ${line}`));
    await expect(assigning(tf.scalar(3))).rejects.toThrow(new RegExp(`tf.Variable "theirs" was assigned ${line}`));
    expect(values(tf.mul(tf.scalar(3), variable))).toEqual([6]);
    variable.dispose();
  });
});

describe("more memory than there is", () => {
  it("is a typed error eagerly, in a graph and under XLA, and the engine goes on", async () => {
    const huge = (x: tf.Tensor) => tf.matMul(tf.tile(x, [3_000_000, 1]), tf.tile(x, [3_000_000, 1]), false, true);
    const x = tf.ones([1, 2]);
    // TensorFlow waits ten seconds for memory, so all three ask at once.
    const compiled = (["graph", "xla"] as const).map((compiler) => compile(huge, { compiler })(x));
    const ends = await Promise.allSettled([...compiled, Promise.resolve().then(() => tf.tidy(() => huge(x)))]);
    expect(ends).toEqual(
      Array(3).fill({
        status: "rejected",
        reason: expect.objectContaining({ name: "TensorFlowError", code: "RESOURCE_EXHAUSTED" }),
      }),
    );
    x.dispose();
    expect(values(tf.add(1, 2))).toEqual([3]);
  });
});

describe("a setting that is none of its choices", () => {
  it("is named with them", async () => {
    const f = (x: tf.Tensor) => x;
    const x = tf.scalar(1);
    await expect(compile(f, { precision: "float16" as "float32" })(x)).rejects.toThrow(
      'precision: expected "float32" or "bfloat16", got "float16".',
    );
    await expect(compile(f, { backend: "gpu" as "pjrt" })(x)).rejects.toThrow(/"auto", "tensorflow" or "pjrt", got/);
    await expect(compile(f, { compiler: "llvm" as "xla" })(x)).rejects.toThrow(/compiler: expected "xla" or "graph"/);
    expect(() => lower(f, [], { device: "tpu" as "gpu" })).toThrow(/device: expected "cpu" or "gpu", got "tpu"/);
  });
});

describe("ready", () => {
  it("starts once more where a plugin did not start, whose path may be any, and names a bad NJEPA_BACKEND", async () => {
    const { plugin } = locatePjrtPlugin("cpu");
    const folder = join(temporaryFolder(), "cuda, and more");
    mkdirSync(folder);
    const link = join(folder, "plugin.so");
    if (plugin) symlinkSync(plugin.path, link);
    const script = `
      const { compile, ready, tf } = require("njepa/engine");
      const say = ({ message }) => console.log(message);
      (async () => {
        process.env.NJEPA_BACKEND = "gpu";
        await ready().catch(say);
        process.env.NJEPA_BACKEND = "";
        process.env.NJEPA_PJRT = "/nowhere";
        await ready({ backend: "pjrt" }).catch(say);
        process.env.NJEPA_PJRT = ${JSON.stringify(plugin ? link : "")};
        await ready(${plugin ? '{ backend: "pjrt" }' : ""});
        console.log((await compile((x) => tf.mul(x, 2))(tf.scalar(3))).dataSync()[0]);
      })();`;
    const { stdout } = spawnSync(process.execPath, ["-e", script], {
      encoding: "utf8",
      env: { ...process.env, NJEPA_TENSORFLOW: theFolder },
    });
    expect(stdout.trim().split("\n")).toEqual([
      'NJEPA_BACKEND: expected "auto", "tensorflow" or "pjrt", got "gpu".',
      expect.stringMatching(/^NJEPA_PJRT is \/nowhere: expected the path/),
      "6",
    ]);
  });

  it("refuses another library, another device, and a word that is no device", async () => {
    await expect(ready({ library: tmpdir() })).rejects.toThrow(/was asked for again with the one in/);
    await expect(ready({ device: "gpu:0" })).rejects.toThrow(
      /runs on device "cpu" and was asked for again with "gpu:0"/,
    );
    await expect(ready({ device: "tpu" as "cpu" })).rejects.toThrow(/expected "auto", "cpu", "gpu"/);
    expect((await ready({ device: "cpu" })).device).toBe("cpu");
  });

  it("refuses another GPU than the one it runs on", async () => {
    const info = await ready();
    // As if it had started on a machine with several.
    info.device = "gpu";
    await expect(ready({ device: "gpu:1" })).rejects.toThrow(/runs on device "gpu:0" and was asked .* with "gpu:1"/);
    expect(await ready({ device: "gpu:0" })).toBe(info);
    expect(await ready({ device: "gpu" })).toBe(info);
    info.device = "cpu";
  });

  it("says what a GPU lacks before anything is fetched or loaded, and that TensorFlow has none", () => {
    const cache = temporaryFolder();
    const start = (options: string, env: NodeJS.ProcessEnv = {}) =>
      spawnSync(
        process.execPath,
        ["-e", `require("njepa/engine").ready(${options}).catch(({ message }) => console.log(message))`],
        {
          encoding: "utf8",
          env: { ...process.env, NJEPA_PJRT: "", XDG_CACHE_HOME: cache, NJEPA_TENSORFLOW: theFolder, ...env },
        },
      ).stdout;
    if (nvidiaDriver() === null) {
      expect(start('{ device: "gpu" }')).toMatch(
        /plugin cuda13 finds no device: no NVIDIA driver is loaded \(expected 580\.65\.06 or newer\)/,
      );
    }
    const file = join(cache, "plugin.so");
    writeFileSync(file, "");
    expect(start('{ device: "gpu:1", backend: "tensorflow" }', { NJEPA_PJRT: file })).toMatch(
      /device "gpu:1" needs the backend "pjrt" or "auto": TensorFlow computes on the CPU/,
    );
  });
});

describe("what TensorFlow prints while it is loaded", () => {
  it("goes to the log in the cache, not to stderr", () => {
    const cache = temporaryFolder();
    const { TF_CPP_MIN_LOG_LEVEL: _, ...env } = process.env;
    const source = `require("njepa/engine").ready().then(({ library }) => console.log(library.directory))`;
    const { stderr, status } = spawnSync(process.execPath, ["-e", source], {
      encoding: "utf8",
      env: { ...env, XDG_CACHE_HOME: cache, NJEPA_TENSORFLOW: theFolder },
    });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    expect(readFileSync(join(cache, "njepa/log/tensorflow.log"), "utf8")).toMatch(/oneDNN/);
  });
});

describe("a flag for XLA that it does not know", () => {
  it("is named on stderr before XLA ends the process", () => {
    const { stderr, status } = spawnSync(process.execPath, ["-e", 'require("njepa/engine").ready()'], {
      encoding: "utf8",
      env: {
        ...process.env,
        XDG_CACHE_HOME: temporaryFolder(),
        NJEPA_TENSORFLOW: theFolder,
        TF_XLA_FLAGS: "--unknown",
      },
    });
    expect(stderr).toContain("Unknown flag in TF_XLA_FLAGS: --unknown");
    expect(status).not.toBe(0);
  });
});

describe.runIf(process.platform === "linux")("loading TensorFlow", () => {
  it("leaves standard error as it was where no more files may be opened", () => {
    const script = `
      const { withStderrLog } = require(${JSON.stringify(compiledFile("engine", "native", "stderr-log.js"))});
      const fs = require("fs");
      withStderrLog(() => {});
      const open = [];
      try { for (;;) open.push(fs.openSync("/dev/null")) } catch {}
      // One for the log, and none to keep standard error in meanwhile.
      fs.closeSync(open.pop());
      withStderrLog(() => {});
      process.stderr.write("heard");`;
    const limited = ["-c", 'ulimit -n 64; exec "$@"', "sh", process.execPath, "-e", script];
    const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: undefined };
    expect(spawnSync("sh", limited, { encoding: "utf8", env }).stderr).toBe("heard");
  });

  it("says which library cannot be loaded, and why", () => {
    const folder = temporaryFolder();
    for (const name of ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"])
      writeFileSync(join(folder, name), "no");
    const script = `
      const { loadCApi } = require(${JSON.stringify(compiledFile("engine", "native", "c-api.js"))});
      const [framework, library] = process.argv.slice(1);
      try { loadCApi({ framework, library }) } catch (error) { console.log(error.name, error.message) }`;
    const args = [
      "-e",
      script,
      ...["libtensorflow_framework.so.2", "libtensorflow_cc.so.2"].map((it) => join(folder, it)),
    ];
    const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect(stdout).toMatch(/^EngineError \S*libtensorflow_framework\.so\.2 cannot be loaded: .*If the file is damaged/);
  });
});
