import type ts from "typescript";

/** A declaration file of a package, and of which state of it this was made. */
export interface PackageFile {
  readonly file: ts.SourceFile;
  readonly size: number;
  readonly changed: number;
}

/** What a snapshot of the compiler has in it: see `snapshot-entry.ts`. */
export interface SnapshotContent {
  readonly typescript: unknown;
  readonly packages: ReadonlyMap<string, PackageFile>;
}

const slot = Symbol.for("njepa.compiler-snapshot");
type Slots = { [slot]?: SnapshotContent };

/** Of the snapshot that this process was started from, if it was. */
export function snapshotContent(): SnapshotContent | undefined {
  return (globalThis as Slots)[slot];
}

export function setSnapshotContent(content: SnapshotContent): void {
  (globalThis as Slots)[slot] = content;
}
