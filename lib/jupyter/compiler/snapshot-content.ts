import type ts from "typescript";

/** A parsed declaration file of a package, and the state of the file it was made from. */
export interface PackageFile {
  readonly file: ts.SourceFile;
  readonly size: number;
  readonly changed: number;
}

/** The content of a snapshot of the compiler: see `snapshot-entry.ts`. */
export interface SnapshotContent {
  readonly typescript: unknown;
  readonly packages: ReadonlyMap<string, PackageFile>;
}

const slot = Symbol.for("njepa.compiler-snapshot");
type Slots = { [slot]?: SnapshotContent };

/** The content of the snapshot this process started from; undefined if it started without one. */
export function snapshotContent(): SnapshotContent | undefined {
  return (globalThis as Slots)[slot];
}

export function setSnapshotContent(content: SnapshotContent): void {
  (globalThis as Slots)[slot] = content;
}
