import { EngineError } from "../../errors";
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
 * Copies values into a new TF_Tensor; the caller deletes it.
 *
 * Memory is copied by memcpy in and out. A view of TensorFlow's memory would leave one external buffer per call until
 * the next garbage collection, whose small finalizers pin the heap between big tensors.
 */
export function toTensor(api: CApi, shape: readonly number[], dtype: number, values: HostValues): Pointer {
  const count = shape.reduce((product, size) => product * size, 1);
  const bytes = count * elementBytes(dtype);
  const tensor = api.allocateTensor(dtype, BigInt64Array.from(shape, BigInt), shape.length, bytes);
  if (count === 0) return tensor;
  const data = api.tensorData(tensor);
  if (dtype === TF.string) {
    (values as Uint8Array[]).forEach((value, index) => {
      const place = data + BigInt(index * 24);
      api.stringInit(place);
      api.stringCopy(place, value, value.length);
    });
    return tensor;
  }
  const source = asTyped(dtype, values);
  if (source.byteLength !== bytes) {
    api.deleteTensor(tensor);
    throw new EngineError(
      `A tensor of shape [${shape}] and dtype ${dtypeName(dtype)} takes ${bytes} bytes; the values have ${source.byteLength}.`,
    );
  }
  api.copyIn(data, source, bytes);
  return tensor;
}

/** A scalar string over memory of JavaScript's; the caller deletes it, and keeps the memory until its last use. */
export function toStringView(api: CApi, bytes: Uint8Array): Pointer {
  // V8 keeps the bytes of a small array in its own heap, and moves them.
  if (bytes.buffer.byteLength < 256) return toTensor(api, [], TF.string, [bytes]);
  const tensor = api.allocateTensor(TF.string, new BigInt64Array(0), 0, elementBytes(TF.string));
  const place = api.tensorData(tensor);
  api.stringInit(place);
  api.stringView(place, bytes, bytes.length);
  return tensor;
}

/** The values of a TF_Tensor, copied out. */
export function fromTensor(api: CApi, tensor: Pointer, dtype: number): HostValues {
  if (dtype === TF.string) return strings(api, tensor);
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

function strings(api: CApi, tensor: Pointer): Uint8Array[] {
  const data = api.tensorData(tensor);
  const count = Number(api.tensorBytes(tensor)) / 24;
  return Array.from({ length: count }, (_, index) => {
    const place = data + BigInt(index * 24);
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
