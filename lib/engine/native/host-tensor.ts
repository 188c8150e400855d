import { EngineError } from "../../errors";
import { sizeFromShape } from "../../shape";
import type { CApi } from "./c-api";
import { dtypeName, elementBytes, TF } from "./dtype";
import type { Pointer } from "./pointer";

/** What TensorFlow.js keeps of a tensor on the host: numbers, or the UTF-8 bytes of strings. */
export type HostValues =
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint8Array
  | BigInt64Array
  | readonly (number | boolean)[]
  | Uint8Array[];

/**
 * A new TF_Tensor with a copy of the values; the caller deletes it.
 *
 * Memory is copied in and out by memcpy. A view of TensorFlow's memory would leave one external buffer per call until
 * the next garbage collection, and the small finalizers would fragment the heap between big tensors.
 */
export function toTensor(api: CApi, shape: readonly number[], dtype: number, values: HostValues): Pointer {
  const count = sizeFromShape(shape);
  const source = dtype === TF.string ? stringBlock(values as Uint8Array[]) : asTyped(dtype, values);
  const bytes = dtype === TF.string ? source.byteLength : count * elementBytes(dtype);
  if (count > 0) requireBytes(source, bytes, shape, dtype);
  const tensor = api.allocateTensor(dtype, BigInt64Array.from(shape, BigInt), shape.length, bytes);
  if (count > 0) api.copyIn(api.tensorData(tensor), source, bytes);
  return tensor;
}

/** @throws {EngineError} where values have other than the bytes that a tensor takes, and memory would be read beyond them */
export function requireBytes(values: ArrayBufferView, bytes: number, shape: readonly number[], dtype: number): void {
  if (values.byteLength === bytes) return;
  throw new EngineError(
    `A tensor of shape [${shape}] and dtype ${dtypeName(dtype)} takes ${bytes} bytes; the values have ${values.byteLength}.`,
  );
}

/** TF_TString: 24 bytes, holding up to 22 bytes of text inline. The two low bits of its first byte give its kind. */
const [STRING_BYTES, SMALL_BYTES, SMALL, OFFSET] = [24, 22, 0, 2];

/**
 * Strings as one block of memory: the TF_TStrings, then the texts of the longer ones, each found by its offset. It is
 * freed with the tensor's memory; text that TensorFlow allocated for a TF_TString of ours would never be, since a C API
 * tensor runs no destructors. An op that copies such a string copies its text.
 *
 * Source: tensorflow/core/platform/ctstring_internal.h, TF_TString_Small, _Offset and TF_TString_Assign.
 */
function stringBlock(values: readonly Uint8Array[]): Buffer {
  const behind = values.reduce((sum, { length }) => sum + (length > SMALL_BYTES ? length : 0), 0);
  const block = Buffer.alloc(STRING_BYTES * values.length + behind);
  let at = STRING_BYTES * values.length;
  values.forEach((value, index) => {
    const place = STRING_BYTES * index;
    if (value.length <= SMALL_BYTES) {
      block[place] = (value.length << 2) | SMALL;
      block.set(value, place + 1);
      return;
    }
    block.writeUInt32LE(value.length * 4 + OFFSET, place);
    block.writeUInt32LE(at - place, place + 4);
    block.writeUInt32LE(value.length, place + 8);
    block.set(value, at);
    at += value.length;
  });
  return block;
}

/** A scalar string viewing JavaScript memory; the caller deletes it, and keeps the memory until its last use. */
export function toStringView(api: CApi, bytes: Uint8Array): Pointer {
  // V8 keeps the bytes of a small array in its own heap and may move them.
  if (bytes.buffer.byteLength < 256) return toTensor(api, [], TF.string, [bytes]);
  const tensor = api.allocateTensor(TF.string, new BigInt64Array(0), 0, elementBytes(TF.string));
  const place = api.tensorData(tensor);
  api.stringInit(place);
  api.stringView(place, bytes, bytes.length);
  return tensor;
}

/** The `count` values of a TF_Tensor, copied out. */
export function fromTensor(api: CApi, tensor: Pointer, dtype: number, count: number): HostValues {
  if (dtype === TF.string) return strings(api, tensor, count);
  const bytes = new Uint8Array(Number(api.tensorBytes(tensor)));
  if (bytes.length > 0) api.copyOut(bytes, api.tensorData(tensor), bytes.length);
  switch (dtype) {
    case TF.float32:
    case TF.complex64:
      return new Float32Array(bytes.buffer);
    case TF.float64:
      return new Float64Array(bytes.buffer);
    case TF.int32:
      return new Int32Array(bytes.buffer);
    case TF.int64:
      return new BigInt64Array(bytes.buffer);
    case TF.bool:
    case TF.uint8:
      return bytes;
    default:
      throw new EngineError(`Values of dtype ${dtypeName(dtype)} cannot be read; cast them to float32 first.`);
  }
}

function strings(api: CApi, tensor: Pointer, count: number): Uint8Array[] {
  const data = api.tensorData(tensor);
  return Array.from({ length: count }, (_, index) => {
    const place = data + BigInt(index * STRING_BYTES);
    const bytes = new Uint8Array(Number(api.stringLength(place)));
    if (bytes.length > 0) api.copyOut(bytes, api.stringBytes(place), bytes.length);
    return bytes;
  });
}

function asTyped(dtype: number, values: HostValues): ArrayBufferView {
  const numbers = values as readonly number[];
  switch (dtype) {
    case TF.float32:
    case TF.complex64:
      return values instanceof Float32Array ? values : Float32Array.from(numbers);
    case TF.float64:
      return values instanceof Float64Array ? values : Float64Array.from(numbers);
    case TF.int32:
      return values instanceof Int32Array ? values : Int32Array.from(numbers);
    case TF.int64:
      return values instanceof BigInt64Array ? values : BigInt64Array.from(numbers, BigInt);
    case TF.bool:
    case TF.uint8:
      return values instanceof Uint8Array ? values : Uint8Array.from(numbers, Number);
    default:
      throw new EngineError(`Values cannot be given as ${dtypeName(dtype)}; give float32 and cast.`);
  }
}
