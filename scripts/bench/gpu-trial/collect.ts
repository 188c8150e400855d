import { cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { parseRun, type RunInput, ready } from "njepa";
import { runCommand } from "njepa/system";
import { bundleTo } from "../../bundle";
import { lossesOf } from "./golden";
import type { TrialSettings } from "./settings";

const root = join(__dirname, "../../../..");

const weights = { objective: { lambdaNT: 0.1, lambdaCN: 0.1 } };

/** Small, with one program for every number of patches. */
const small: { input: RunInput; rawSize: number } = {
  input: {
    preset: "smoke",
    optimizer: { batchSize: 16 },
    train: { contextBucket: 49, targetBucket: null, compiler: "xla" },
  },
  rawSize: 28,
};

/** What the speed is measured at: ViT-B/16, or the golden run's size to try the kit itself on a CPU. */
export const sizes: Record<string, { input: RunInput; rawSize: number; steps: number }> = {
  "vit-b": {
    // With this seed the first four steps have an average number of patches, and need two programs.
    input: { preset: "paper-100", seed: 27, ...weights, optimizer: { batchSize: 128 }, train: { targetBucket: null } },
    rawSize: 256,
    steps: 4,
  },
  small: { ...small, steps: 2 },
};

async function settingsFor(size: string): Promise<TrialSettings> {
  await ready({ device: "cpu", backend: "tensorflow" });
  const golden = { run: parseRun(small.input), rawSize: small.rawSize };
  const { input, rawSize, steps } = sizes[size] as (typeof sizes)[string];
  const timed = (precision: "bfloat16" | "float32") => {
    const run = parseRun({ ...input, train: { ...input.train, precision } });
    return { run, rawSize, steps, rounds: 5 };
  };
  const losses = await lossesOf(golden, 5);
  return { golden: { ...golden, losses }, speed: { bfloat16: timed("bfloat16"), float32: timed("float32") } };
}

/** Loaded only by parts of the library that the trial does not use, but for koffi, which travels as it is. */
const unbundled = ["koffi", "zeromq", "jiti", "typescript", "tslab", "esbuild"];

/** The trial, and TensorFlow.js' own tests of its ops, each as one file. */
async function bundlePrograms(folder: string): Promise<void> {
  const shared = { bundle: true, platform: "node", format: "cjs", logLevel: "error" } as const;
  await build({
    ...shared,
    entryPoints: [join(root, "build/scripts/bench/gpu-trial/trial.js")],
    outfile: join(folder, "trial.js"),
    external: unbundled,
  });
  await bundleTo(join(folder, "op-tests.js"), "test/ops/run.ts");
  const engine = join(folder, "node_modules/njepa/engine");
  const built = dirname(require.resolve("njepa/engine"));
  // The tests reach into the engine, and find its runtime in the file beside it.
  const contents = `export * from "${built}/index.js"; export { theRuntime } from "${built}/runtime.js";`;
  await build({
    ...shared,
    stdin: { contents, resolveDir: root },
    outfile: join(engine, "index.js"),
    external: unbundled,
  });
  writeFileSync(join(engine, "runtime.js"), 'exports.theRuntime = require("./index.js").theRuntime;\n');
  const exported = { "./engine": "./engine/index.js", "./package.json": "./package.json" };
  const { name, version } = require("njepa/package.json") as { name: string; version: string };
  writeFileSync(join(engine, "../package.json"), JSON.stringify({ name, version, exports: exported }));
  cpSync(dirname(require.resolve("jasmine-core/package.json")), join(folder, "node_modules/jasmine-core"), {
    recursive: true,
  });
}

/** Everything a trial needs on its machine, in a folder. */
export async function collect(folder: string, size: string): Promise<void> {
  await bundlePrograms(folder);
  const { library } = await ready();
  mkdirSync(join(folder, "tensorflow"));
  for (const path of [library.framework, library.library])
    cpSync(path, join(folder, "tensorflow", path.slice(dirname(path).length + 1)));
  cpSync(process.execPath, join(folder, "node"));
  // A third of their bytes is symbols that only a debugger reads; a machine without binutils carries them.
  const large = [...readdirSync(join(folder, "tensorflow")).map((name) => join("tensorflow", name)), "node"];
  await runCommand("strip", ["-s", ...large.map((name) => join(folder, name))], {}).catch(() => {});
  const modules = dirname(dirname(require.resolve("koffi")));
  const native = `@koromix/koffi-${process.platform}-${process.arch}`;
  for (const name of ["koffi", native]) {
    const filter = (path: string) => !/\/koffi\/(vendor|doc)$/.test(path);
    cpSync(join(modules, name), join(folder, "node_modules", name), { recursive: true, filter });
  }
  cpSync(join(root, "scripts/reference"), join(folder, "reference"), {
    recursive: true,
    filter: (path) => !path.includes("__pycache__"),
  });
  writeFileSync(join(folder, "package.json"), '{ "name": "njepa-trial", "private": true }\n');
  writeFileSync(join(folder, "settings.json"), JSON.stringify(await settingsFor(size)));
}
