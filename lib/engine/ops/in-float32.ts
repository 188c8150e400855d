import { theRuntime } from "../runtime";

/**
 * What `compute` gives, its products of matrices multiplied in float32 even where a compiled function's precision is
 * bfloat16. For numbers that are measured and not a network's, such as the norms of gradients.
 *
 * Holds for ops that are asked for while `compute` runs, and so not for gradients taken afterwards.
 */
export function inFloat32<Result>(compute: () => Result): Result {
  const { capture } = theRuntime();
  return capture ? capture.inFloat32(compute) : compute();
}
