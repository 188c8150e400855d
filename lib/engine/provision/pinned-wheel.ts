/** One file from the package index, pinned by its hash. */
export interface PinnedWheel {
  package: string;
  version: string;
  /** The wheel's platform tag. A newer system's pip accepts it too; an older one's is told to ignore its platform. */
  platformTag: string;
  /** SHA-256 of the whole wheel, from the package index. */
  sha256: string;
  /** Bytes of the wheel, and of what is unpacked from it, where known. */
  bytes: number | null;
  unpackedBytes: number | null;
}

/** Wheels whose files make up one folder of the cache. */
export interface WheelFolder {
  /** Such as `TensorFlow 2.21.0`. */
  title: string;
  directory: string;
  /** The wheel that determines the folder's version comes first. */
  wheels: readonly PinnedWheel[];
  /** Where in the folder a wheel's file goes, by its path inside the wheel; null if it is not wanted. */
  place(name: string, wheel: PinnedWheel): string | null;
  /** Paths inside a wheel that must be there. */
  needed(wheel: PinnedWheel): readonly string[];
  /** Paths in the folder without which it is useless. */
  libraries: readonly string[];
}

/** Bytes to fetch, and peak disk use meanwhile: everything unpacked plus the largest wheel. Null if unknown. */
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
