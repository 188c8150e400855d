/** koffi ships a CommonJS build whose types are declared for ESM only, so it is required and given those types. */
export const koffi: typeof import("koffi", { with: { "resolution-mode": "import" }}) = require("koffi");

/** As much as a thread's. */
const STACK = 8 << 20;

/** Stacks that are kept for the next asynchronous call; more calls at once than that map and unmap theirs. */
const KEPT_STACKS = 16;

/**
 * koffi runs native code on stacks of its own, of 128 KiB for an asynchronous call. TensorFlow recurses deeper than that
 * when it loads a large compiled program, and the process would die. Only pages that are touched take memory.
 */
function giveStack(): void {
  const { sync_stack_size = 0, async_stack_size = 0 } = koffi.config();
  const [sync, asynchronous] = [Math.max(sync_stack_size, STACK), Math.max(async_stack_size, STACK)];
  try {
    koffi.config({ sync_stack_size: sync, async_stack_size: asynchronous, resident_async_pools: KEPT_STACKS });
  } catch {
    // Somebody else in this process has loaded a library with koffi, which takes no settings after that: they are theirs.
  }
}

giveStack();

/** `dlopen` flags: resolve everything now, and never unload. */
const RTLD_NOW = 2;
const RTLD_NODELETE = process.platform === "darwin" ? 0x80 : 0x1000;

/**
 * Opens a library once more, so that its code stays until the process ends. koffi closes its libraries while Node winds
 * down, and a library's own clean-up would then run code that is gone: a segmentation fault at every exit.
 */
export function holdOpen(path: string): void {
  const dlopen = koffi.load(null).func("void *dlopen(const char *path, int flags)");
  dlopen(path, RTLD_NOW | RTLD_NODELETE);
}
