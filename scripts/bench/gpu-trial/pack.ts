/** Packs a trial for a machine with a GPU, Python's JAX plugin and PyTorch: pieces under 60 MB and start.py.  Exit 0, 2 bad usage. */
import { createHash } from "node:crypto";
import {
  closeSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { build } from "esbuild";
import { parseRun, type RunInput, ready } from "njepa";
import { command, print } from "njepa/command-line";
import { runCommand } from "njepa/system";
import { lossesOf } from "./golden";
import type { TrialSettings } from "./settings";

const root = join(__dirname, "../../../..");
const PIECE = 50e6;

const weights = { objective: { lambdaNT: 0.1, lambdaCN: 0.1 } };
const fixed = { contextBucket: 49, targetBucket: null };

/** The golden run is small; the speed is measured at ViT-B/16, or at `small` to try the kit itself on a CPU. */
const sizes: Record<string, { input: RunInput; rawSize: number; steps: number }> = {
  "vit-b": {
    // With this seed the first four steps have an average number of patches, and need two programs.
    input: { preset: "paper-100", seed: 27, ...weights, optimizer: { batchSize: 128 }, train: { targetBucket: null } },
    rawSize: 256,
    steps: 4,
  },
  small: {
    input: { preset: "smoke", optimizer: { batchSize: 16 }, train: { ...fixed, compiler: "xla" } },
    rawSize: 28,
    steps: 2,
  },
};

const goldenInput: RunInput = { preset: "smoke", optimizer: { batchSize: 16 }, train: { ...fixed, compiler: "xla" } };

async function settingsFor(size: string): Promise<TrialSettings> {
  await ready({ device: "cpu", backend: "tensorflow" });
  const golden = { run: parseRun(goldenInput), rawSize: 28 };
  const { input, rawSize, steps } = sizes[size] as (typeof sizes)[string];
  const timed = (precision: "bfloat16" | "float32") => {
    const run = parseRun({ ...input, train: { ...input.train, precision } });
    return { run, rawSize, steps, rounds: 5 };
  };
  const losses = await lossesOf(golden, 5);
  return { golden: { ...golden, losses }, speed: { bfloat16: timed("bfloat16"), float32: timed("float32") } };
}

/** The trial, and TensorFlow.js' own tests of its ops, each as one file. */
async function bundlePrograms(folder: string): Promise<void> {
  const shared = { bundle: true, platform: "node", format: "cjs", logLevel: "error" } as const;
  await build({
    ...shared,
    entryPoints: [join(root, "build/scripts/bench/gpu-trial/trial.js")],
    outfile: join(folder, "trial.js"),
    external: ["koffi", "zeromq", "jiti", "typescript", "tslab", "esbuild"],
  });
}

async function collect(folder: string, size: string): Promise<void> {
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

/** Cuts a file into pieces beside it; returns their number and the SHA-256 of the whole. */
function cut(path: string): { pieces: number; sha256: string } {
  const [file, hash, buffer] = [openSync(path, "r"), createHash("sha256"), Buffer.alloc(1 << 20)];
  let [pieces, written, out] = [0, PIECE, -1];
  for (let count = readSync(file, buffer); count > 0; count = readSync(file, buffer)) {
    if (written + count > PIECE) {
      if (out >= 0) closeSync(out);
      out = openSync(`${path}.${String(pieces++).padStart(3, "0")}`, "w");
      written = 0;
    }
    writeSync(out, buffer, 0, count);
    hash.update(buffer.subarray(0, count));
    written += count;
  }
  closeSync(file);
  if (out >= 0) closeSync(out);
  return { pieces, sha256: hash.digest("hex") };
}

export default command(module, {
  name: "gpu-trial",
  says: "pack a trial for a machine with a GPU: golden losses, and speed beside PyTorch",
  about:
    "  There: python3 start.py. It needs Python 3.12 with jax[cuda13] and PyTorch, and neither Node nor a network.",
  options: {
    out: { type: "string", default: "build/gpu-trial", description: "folder for the pieces" },
    size: {
      type: "string",
      default: "vit-b",
      description: `${Object.keys(sizes).join(" or ")}: what the speed is measured at`,
    },
  },
  async run({ out = "build/gpu-trial", size = "vit-b" }) {
    const folder = resolve(out);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, "kit"), { recursive: true });
    await collect(join(folder, "kit"), size);
    const whole = join(folder, "kit.tar.xz");
    const { status, said } = await runCommand(
      "tar",
      ["-C", join(folder, "kit"), "-I", "xz -T0", "-cf", whole, "."],
      {},
    );
    if (status !== 0) throw new Error(`tar failed: ${said}`);
    const about = cut(whole);
    const bytes = statSync(whole).size;
    rmSync(whole);
    rmSync(join(folder, "kit"), { recursive: true });
    writeFileSync(join(folder, "kit.json"), JSON.stringify(about));
    copyFileSync(join(root, "scripts/bench/gpu-trial/start.py"), join(folder, "start.py"));
    print(`${about.pieces} pieces of together ${(bytes / 1e6).toFixed(0)} MB, kit.json and start.py in ${folder}`);
    return 0;
  },
});
