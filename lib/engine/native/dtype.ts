import { EngineError } from "../../errors";

/** TensorFlow's numbers for dtypes (tensorflow/core/framework/types.proto). */
export const TF = {
  float32: 1,
  float64: 2,
  int32: 3,
  uint8: 4,
  string: 7,
  complex64: 8,
  int64: 9,
  bool: 10,
  bfloat16: 14,
  float16: 19,
  resource: 20,
} as const;

const BYTES: Record<number, number> = {
  [TF.float32]: 4,
  [TF.float64]: 8,
  [TF.int32]: 4,
  [TF.uint8]: 1,
  [TF.complex64]: 8,
  [TF.int64]: 8,
  [TF.bool]: 1,
  [TF.bfloat16]: 2,
  [TF.float16]: 2,
};

/** Bytes of one element; 24 for a string, the size of TensorFlow's TF_TString. */
export function elementBytes(dtype: number): number {
  if (dtype === TF.string) return 24;
  const bytes = BYTES[dtype];
  if (bytes === undefined) throw new EngineError(`TensorFlow's dtype ${dtype} has no host form here.`);
  return bytes;
}

/** What TensorFlow calls a dtype number. */
export function dtypeName(dtype: number): string {
  return Object.entries(TF).find(([, number]) => number === dtype)?.[0] ?? `dtype ${dtype}`;
}
