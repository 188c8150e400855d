import { existsSync, readFileSync } from "node:fs";
import { setOwnVariable, userVariable } from "../../system";

/** At LLVM's level 3, XLA's default, a first step waits a quarter longer, and no step is faster (docs/speed.md). */
export const OUR_FLAGS = "--xla_backend_optimization_level=1";

/** The flags that XLA reads: the user's `XLA_FLAGS`, or those in the file that it names, or ours where there are none. */
export function xlaFlags(): string {
  const stated = userVariable("XLA_FLAGS")?.trim() || OUR_FLAGS;
  return stated.startsWith("-") || !existsSync(stated) ? stated : readFileSync(stated, "utf8");
}

/** Sets XLA's flags; to be called before TensorFlow is loaded, since XLA reads them once. */
export function setXlaFlags(): void {
  if (xlaFlags() === OUR_FLAGS) setOwnVariable("XLA_FLAGS", OUR_FLAGS);
}
