import { koffi } from "./koffi";

/**
 * Gives memory that nobody uses back to the system, where the C library can (glibc): compiling leaves hundreds of
 * megabytes behind, free and in pieces, which would else count as the process' for ever. Takes some 50 ms.
 */
export function trimMemory(): void {
  trim ??= find();
  trim(0);
}

let trim: ((keep: number) => number) | null = null;

function find(): (keep: number) => number {
  try {
    return koffi.load(null).func("int malloc_trim(size_t keep)") as unknown as (keep: number) => number;
  } catch {
    return () => 0;
  }
}
