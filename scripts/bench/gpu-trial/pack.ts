/** Packs a trial for a machine with a GPU, Python's JAX plugin and PyTorch: pieces under 60 MB and start.py.  Exit 0, 2 bad usage. */
import { createHash } from "node:crypto";
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { command, print } from "njepa/command-line";
import { runCommand } from "njepa/system";
import { collect, sizes } from "./collect";

const root = join(__dirname, "../../../..");
const PIECE = 50e6;

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
