import { lacks, type Runtime } from "../runtime";

/**
 * Makes TensorFlow use only op implementations that give the same bits every time, or fail where it has none.
 *
 * The C API does not expose this; the C++ function behind Python's `enable_op_determinism` is exported by the library
 * (tensorflow@v2.21.0, third_party/xla/xla/tsl/util/determinism.h). It holds for the whole process; an XLA program is
 * affected if compiled afterwards.
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
