/** koffi's CommonJS build, with the types that it declares for ESM only. */
export const koffi: typeof import("koffi", { with: { "resolution-mode": "import" }}) = require("koffi");

/** As large as a thread's stack. */
const STACK = 8 << 20;

/** Stacks kept for later asynchronous calls; calls beyond this number map and unmap their own. */
const KEPT_STACKS = 16;

/**
 * Enlarges koffi's stacks. It runs native code on its own, 128 KiB for an asynchronous call; TensorFlow recurses deeper
 * when it loads a large compiled program, and the process would crash. Only touched pages take memory.
 */
function giveStack(): void {
  const { sync_stack_size = 0, async_stack_size = 0 } = koffi.config();
  const [sync, asynchronous] = [Math.max(sync_stack_size, STACK), Math.max(async_stack_size, STACK)];
  try {
    koffi.config({ sync_stack_size: sync, async_stack_size: asynchronous, resident_async_pools: KEPT_STACKS });
  } catch {
    // Other code in this process has loaded a library with koffi, which accepts no settings after that: theirs hold.
  }
}

giveStack();

/** `dlopen` flags: resolve everything now, and never unload. */
const RTLD_NOW = 2;
const RTLD_NODELETE = process.platform === "darwin" ? 0x80 : 0x1000;

/**
 * Opens a library once more, so that its code stays loaded until the process ends. koffi closes its libraries while
 * Node shuts down, and a library's own cleanup would then run unloaded code: a segmentation fault at every exit.
 */
export function holdOpen(path: string): void {
  const dlopen = koffi.load(null).func("void *dlopen(const char *path, int flags)");
  dlopen(path, RTLD_NOW | RTLD_NODELETE);
}
