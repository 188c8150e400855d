/** One file of the package index, pinned by its hash. */
export interface PinnedWheel {
  package: string;
  version: string;
  /** The wheel's platform tag. A newer system's pip takes it too, an older one's is told not to look at itself. */
  platformTag: string;
  /** SHA-256 of the whole wheel, from the package index. */
  sha256: string;
  /** Bytes of the wheel, and of what is unpacked from it, where they are known. */
  bytes: number | null;
  unpackedBytes: number | null;
}

/** Wheels whose files make one folder of the cache. */
export interface WheelFolder {
  /** Such as `TensorFlow 2.21.0`. */
  title: string;
  directory: string;
  /** The one that gives the folder its version comes first. */
  wheels: readonly PinnedWheel[];
  /** Where in the folder a file of a wheel goes, by its path inside the wheel; null for one that is not wanted. */
  place(name: string, wheel: PinnedWheel): string | null;
  /** Paths inside a wheel that must be there. */
  needed(wheel: PinnedWheel): readonly string[];
  /** Paths in the folder without which it is of no use. */
  libraries: readonly string[];
}

/** Bytes to fetch, and the most that the disk holds meanwhile: all that is unpacked beside the largest wheel. Null if unknown. */
export function sizeOf(wheels: readonly PinnedWheel[]): { bytes: number; needed: number } | null {
  let [bytes, unpacked, largest] = [0, 0, 0];
  for (const wheel of wheels) {
    if (wheel.bytes === null || wheel.unpackedBytes === null) return null;
    bytes += wheel.bytes;
    unpacked += wheel.unpackedBytes;
    largest = Math.max(largest, wheel.bytes);
  }
  return { bytes, needed: unpacked + largest };
}
