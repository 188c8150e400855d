import { EngineError } from "../../errors";
import { cudaWheels } from "./cuda-wheels";
import { libraryNames } from "./library";
import type { PinnedWheel } from "./pinned-wheel";

/** What the library computes on. */
export type Device = "cpu" | "gpu";

/** A build of TensorFlow that can be fetched, and what its wheels contain. */
export interface Build extends PinnedWheel {
  device: Device;
  /** `process.platform` and `process.arch` joined: `linux-x64`. */
  machine: string;
  framework: string;
  library: string;
  /** Where in the cached folder the two libraries are: a CUDA build finds NVIDIA's by a path relative to its own. */
  folder: "." | "tensorflow";
  /** Wheels of NVIDIA's libraries, which TensorFlow opens at run time. */
  companions: readonly PinnedWheel[];
}

const version = "2.21.0";

const alone = { folder: ".", companions: [] } as const;

const builds: Build[] = [
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
    ...alone,
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
    ...alone,
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
    ...alone,
  },
  {
    device: "gpu",
    machine: "linux-x64",
    package: "tensorflow",
    version,
    platformTag: "manylinux_2_27_x86_64",
    sha256: "9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124",
    bytes: 572_440_367,
    unpackedBytes: 1_259_032_441,
    ...libraryNames("linux"),
    folder: "tensorflow",
    companions: cudaWheels,
  },
];

/** The build for a device on this machine. @throws {EngineError} where we know of none to fetch */
export function buildFor(device: Device, machine = `${process.platform}-${process.arch}`): Build {
  const found = builds.find((build) => build.device === device && build.machine === machine);
  if (found !== undefined) return found;
  if (device === "gpu") {
    const { framework, library } = libraryNames();
    throw new EngineError(
      `No GPU build of TensorFlow can be fetched for ${machine}, only for linux-x64. Set NJEPA_TENSORFLOW to a folder that holds ` +
        `${library} and ${framework} of a CUDA build of version ${version}, or run with the device "cpu".`,
    );
  }
  const machines = builds.filter((build) => build.device === device).map((build) => build.machine);
  throw new EngineError(
    `No TensorFlow build is known for ${machine}: expected one of ${machines.join(", ")}. Set NJEPA_TENSORFLOW to a ` +
      `folder that holds TensorFlow ${version}'s two shared libraries if you have built them.`,
  );
}

/** Every wheel of a build, TensorFlow's first. */
export function wheelsOf(build: Build): readonly PinnedWheel[] {
  return [build, ...build.companions];
}
