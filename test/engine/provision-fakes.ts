import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import type { Build, PluginBuild } from "../../lib/engine/provision";

export const names = { framework: "libtensorflow_framework.so.2", library: "libtensorflow_cc.so.2" };

/** A few bytes where the real wheel has hundreds of megabytes. */
export function fakeFiles(): Record<string, Buffer> {
  return {
    [`tensorflow/${names.framework}`]: Buffer.alloc(3000, "framework "),
    [`tensorflow/${names.library}`]: Buffer.alloc(200_000, "the C API "),
    "tensorflow/include/LICENSE": Buffer.from("a license\n"),
  };
}

/** What a wheel of NVIDIA's holds, in small: a library, a program, a license, and what nobody needs. */
export function fakeCudaFiles(): Record<string, Buffer> {
  return {
    "nvidia/__init__.py": Buffer.from(""),
    "nvidia/cublas/include/cublas.h": Buffer.from("a header"),
    "nvidia/cu13/lib/libcublas.so.13": Buffer.alloc(5000, "products "),
    "nvidia/cu13/bin/ptxas": Buffer.from("#!/bin/sh\nexit 0\n"),
    "nvidia_cublas-13.10.0.20.dist-info/licenses/License.txt": Buffer.from("NVIDIA's license\n"),
  };
}

/** A wheel with those files and a RECORD of their hashes; `lie` makes the RECORD wrong about one of them. */
export function fakeWheel(files: Record<string, Buffer>, lie?: string): Buffer {
  const lines = Object.entries(files).map(([name, content]) => {
    const hashed = name === lie ? Buffer.from("other bytes") : content;
    return `${name},sha256=${createHash("sha256").update(hashed).digest("base64url")},${content.length}`;
  });
  return zip({ ...files, "tensorflow_cpu-2.21.0.dist-info/RECORD": Buffer.from(`${lines.join("\n")}\n`) });
}

function zip(files: Record<string, Buffer>): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const packed = deflateRawSync(content);
    const path = Buffer.from(name);
    // Method, time and date, CRC, sizes, length of the name: the 22 bytes both kinds of header share.
    const shared = Buffer.alloc(22);
    shared.writeUInt16LE(8, 0);
    shared.writeUInt32LE(checksum(content), 6);
    shared.writeUInt32LE(packed.length, 10);
    shared.writeUInt32LE(content.length, 14);
    shared.writeUInt16LE(path.length, 18);
    locals.push(Buffer.from("504b030414000000", "hex"), shared, path, packed);
    const where = Buffer.alloc(14);
    // The upper half of the external attributes: Unix' permissions.
    where.writeUInt16LE(name.includes("/bin/") ? 0o755 : 0o644, 8);
    where.writeUInt32LE(offset, 10);
    centrals.push(Buffer.from("504b0102140014000000", "hex"), shared, where, path);
    offset += 30 + path.length + packed.length;
  }
  const central = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}

// Node has crc32 from 20.15 on; nothing here reads the checksum back.
const checksum = (content: Buffer) => (typeof crc32 === "function" ? crc32(content) : 0);

export function fakeBuild(wheel: Buffer): Build {
  return {
    machine: `${process.platform}-${process.arch}`,
    package: "tensorflow-cpu",
    version: "2.21.0",
    platformTag: "manylinux_2_27_x86_64",
    sha256: createHash("sha256").update(wheel).digest("hex"),
    bytes: wheel.length,
    unpackedBytes: 203_010,
    ...names,
  };
}

/** What the wheel of NVIDIA's plugin holds, in small. */
export function fakePluginFiles(): Record<string, Buffer> {
  return { "jax_plugins/xla_cuda13/xla_cuda_plugin.so": Buffer.alloc(300, "a plugin ") };
}

/** NVIDIA's plugin: its own wheel, and one of the libraries that it opens on a GPU. */
export function fakePlugin(wheel: Buffer, library: Buffer): PluginBuild {
  const pinned = (name: string, bytes: Buffer) => ({
    package: name,
    version: "13.10.0.20",
    platformTag: "manylinux_2_27_x86_64",
    sha256: createHash("sha256").update(bytes).digest("hex"),
    bytes: bytes.length,
    unpackedBytes: 5000,
  });
  return {
    kind: "cuda13",
    machine: `${process.platform}-${process.arch}`,
    library: "jax_plugins/xla_cuda13/xla_cuda_plugin.so",
    wheels: [pinned("jax-cuda13-pjrt", wheel)],
    runtime: [pinned("nvidia-cublas", library)],
  };
}

/** A sandbox: a cache of its own, and a PATH on which only the `python3` written by `python` is a Python. */
export class Sandbox {
  readonly root = mkdtempSync(join(tmpdir(), "njepa-provision-"));
  readonly bin = join(this.root, "bin");
  readonly cache = join(this.root, "cache");
  readonly downloads = join(this.root, "downloads.txt");

  constructor() {
    mkdirSync(this.bin);
    mkdirSync(this.cache);
    for (const name of ["python", "python3", "pip", "pip3"]) this.command(name, "exit 127");
  }

  environment(): Record<string, string> {
    return { PATH: `${this.bin}:/usr/bin:/bin`, XDG_CACHE_HOME: this.cache, NJEPA_TENSORFLOW: "", NJEPA_PJRT: "" };
  }

  /** A python3 without tensorflow whose `-m pip download` runs these shell lines, with the folder asked for in $dest. */
  pip(download: string): void {
    this.command(
      "python3",
      `if [ "$1" = -c ]; then echo '{"version": null, "directory": null}'; exit 0; fi
[ "$3" = --version ] && exit 0
while [ $# -gt 0 ]; do last=$1; [ "$1" = --dest ] && dest=$2; shift; done
echo one >> ${this.downloads}
${download}`,
    );
  }

  /** A pip that delivers this wheel. */
  pipWith(wheel: Buffer, pauseSeconds = 0): void {
    const path = join(this.root, "tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl");
    writeFileSync(path, wheel);
    this.pip(`sleep ${pauseSeconds}; cp ${path} "$dest/"`);
  }

  /** A pip that delivers each wheel to who asks for a requirement that begins with its name. */
  pipWithAll(wheels: Record<string, Buffer>): void {
    const cases = Object.entries(wheels).map(([name, wheel]) => {
      const path = join(this.root, `${name}.whl`);
      writeFileSync(path, wheel);
      return `${name}==*) cp ${path} "$dest/";;`;
    });
    this.pip(`case "$last" in ${cases.join(" ")} *) echo "No matching distribution found" >&2; exit 1;; esac`);
  }

  command(name: string, lines: string): void {
    const path = join(this.bin, name);
    writeFileSync(path, `#!/bin/sh\n${lines}\n`);
    chmodSync(path, 0o755);
  }
}
