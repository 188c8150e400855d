import { EngineError } from "../../errors";
import type { CApi } from "./c-api";
import type { Pointer } from "./pointer";

/** The names of TensorFlow's error codes (tensorflow/c/tf_status.h). */
const CODES = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
];

/** The name of an error code; TensorFlow and PJRT share them. */
export function codeName(code: number): string {
  return CODES[code] ?? `CODE_${code}`;
}

/** An error from TensorFlow itself: its code, the op that failed, and its own message. */
export class TensorFlowError extends EngineError {
  constructor(
    readonly code: string,
    readonly op: string,
    detail: string,
    /** Where the op was called, as ` at file:line:column`; empty if unknown. */
    place = "",
  ) {
    super(`TensorFlow refused ${op}${place} (${code}): ${detail}`);
  }
}

/** Throws the TensorFlowError that a status holds, if any; `place` is called only then. */
export function check(api: CApi, status: Pointer, op: string, place?: () => string): void {
  const code = api.code(status);
  if (code === 0) return;
  const error = new TensorFlowError(codeName(code), op, api.message(status), place?.());
  // Not every successful call resets the status: the next one would seem to fail.
  api.setStatus(status, 0, "");
  throw error;
}
