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
