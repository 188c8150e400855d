import { EngineError } from "../../errors";
import { libraryNames } from "./library";
import type { PinnedWheel } from "./pinned-wheel";

/** A build of TensorFlow that can be fetched, and what its wheels contain. */
export interface Build extends PinnedWheel {
  /** `process.platform` and `process.arch` joined: `linux-x64`. */
  machine: string;
  framework: string;
  library: string;
}

const version = "2.21.0";

const builds: Build[] = [
  {
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

/** The build for this machine; accelerators have PJRT plugins. @throws {EngineError} where we know of none to fetch */
export function buildFor(machine = `${process.platform}-${process.arch}`): Build {
  const found = builds.find((build) => build.machine === machine);
  if (found !== undefined) return found;
  throw new EngineError(
    `No TensorFlow build is known for ${machine}: expected one of ${builds.map((build) => build.machine).join(", ")}. Set ` +
      `NJEPA_TENSORFLOW to a folder that holds TensorFlow ${version}'s two shared libraries if you have built them.`,
  );
}
