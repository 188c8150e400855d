import { koffi } from "./koffi";

/**
 * Returns unused memory to the system, where the C library can (glibc): compiling leaves hundreds of megabytes of free
 * fragments, which would otherwise count as the process's forever. Takes about 50 ms.
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
