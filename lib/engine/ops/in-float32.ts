import { theRuntime } from "../runtime";

/**
 * The result of `compute`, with its matrix products in float32 even where a compiled function's precision is bfloat16.
 * For measurements rather than the network's own computation, such as gradient norms.
 *
 * Applies to ops called while `compute` runs, and so not to gradients taken afterwards.
 */
export function inFloat32<Result>(compute: () => Result): Result {
  const reduced = theRuntime().capture?.reduced;
  return reduced ? reduced.inFloat32(compute) : compute();
}
