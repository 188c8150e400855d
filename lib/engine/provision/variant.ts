import { EngineError } from "../../errors";
import { libraryNames } from "./library";

/** What the library is to compute on. */
export type Device = "cpu" | "gpu";

/** One build of TensorFlow that can be fetched, and what its wheel holds. */
export interface Variant {
  device: Device;
  /** `process.platform` and `process.arch` joined: `linux-x64`. */
  machine: string;
  package: string;
  version: string;
  /** The wheel's platform tag. A newer system's pip takes it too, an older one's is told not to look at itself. */
  platformTag: string;
  /** SHA-256 of the whole wheel, from the package index. */
  sha256: string;
  /** Bytes of the wheel, and of what is unpacked from it, where they are known. */
  bytes: number | null;
  unpackedBytes: number | null;
  framework: string;
  library: string;
}

const version = "2.21.0";

const variants: Variant[] = [
  {
    device: "cpu",
    machine: "linux-x64",
    package: "tensorflow-cpu",
    version,
    platformTag: "manylinux_2_27_x86_64",
    sha256: "2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c",
    bytes: 273_829_956,
    unpackedBytes: 853_308_936,
    ...libraryNames("linux"),
  },
  {
    device: "cpu",
    machine: "linux-arm64",
    package: "tensorflow",
    version,
    platformTag: "manylinux_2_27_aarch64",
    sha256: "4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c",
    bytes: null,
    unpackedBytes: null,
    ...libraryNames("linux"),
  },
  {
    device: "cpu",
    machine: "darwin-arm64",
    package: "tensorflow",
    version,
    platformTag: "macosx_12_0_arm64",
    sha256: "51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88",
    bytes: null,
    unpackedBytes: null,
    ...libraryNames("darwin"),
  },
];

/** The build for a device on this machine. @throws {EngineError} where there is none that we know how to fetch */
export function variantFor(device: Device, machine = `${process.platform}-${process.arch}`): Variant {
  const found = variants.find((variant) => variant.device === device && variant.machine === machine);
  if (found !== undefined) return found;
  if (device === "gpu") {
    const { framework, library } = libraryNames();
    throw new EngineError(
      `No GPU build of TensorFlow can be fetched for ${machine} yet. Set NJEPA_TENSORFLOW to a folder that holds ` +
        `${library} and ${framework} of a CUDA build of version ${version}, or run with the device "cpu".`,
    );
  }
  const machines = variants.filter((variant) => variant.device === device).map((variant) => variant.machine);
  throw new EngineError(
    `No TensorFlow build is known for ${machine}: expected one of ${machines.join(", ")}. Set NJEPA_TENSORFLOW to a ` +
      `folder that holds TensorFlow ${version}'s two shared libraries if you have built them.`,
  );
}
