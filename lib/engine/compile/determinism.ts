import { lacks, type Runtime } from "../runtime";

/**
 * Tells TensorFlow to use only implementations of ops that give the same bits every time, or to fail where it has none.
 *
 * The C API has no word for it; the C++ function behind Python's `enable_op_determinism` is exported by the library
 * (tensorflow@v2.21.0, third_party/xla/xla/tsl/util/determinism.h). It holds for the process, and for XLA's programs
 * from their compilation on.
 *
 * @throws {EngineError} when the library does not export it
 */
export function requireDeterminism(runtime: Runtime): void {
  if (runtime.deterministic) return;
  const { api, info } = runtime;
  if (api.enableOpDeterminism === null) throw lacks("Determinism", info.library);
  api.enableOpDeterminism(true);
  runtime.deterministic = true;
}
