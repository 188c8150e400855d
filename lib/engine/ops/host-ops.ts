import { EngineError } from "../../errors";
import type { OpAttribute } from "../native/attributes";
import type { CApi } from "../native/c-api";
import { TF } from "../native/dtype";
import type { HostValues } from "../native/host-tensor";
import type { Pointer } from "../native/pointer";
import { check } from "../native/status";
import { theRuntime } from "../runtime";

/** A TensorFlow tensor unknown to TensorFlow.js; it lives as long as the `onHost` call that made it. */
export interface HostTensor {
  id: number;
  shape: number[];
}

/** What `onHost` passes to its work: ways to make tensors, run ops and read values. */
export interface HostOps {
  /** A scalar string, for a file's bytes, which must not change until the work ends. */
  string(bytes: Uint8Array): HostTensor;
  uint8(values: Uint8Array, shape: readonly number[]): HostTensor;
  int32(values: readonly number[]): HostTensor;
  float32(values: readonly number[]): HostTensor;
  /** The result of an op with one output, run on its own thread; any number may run at once. */
  run(op: string, attributes: readonly OpAttribute[], ...inputs: HostTensor[]): Promise<HostTensor>;
  read(tensor: HostTensor): HostValues;
  /** Copies rows of a tensor's bytes to their destination without a temporary array, which is slow to collect. */
  copyRows(tensor: HostTensor, rows: CopiedRows): void;
}

/** Rows of bytes: `count` of `length` each, starting at `from` in the tensor and `fromStride` apart there. */
export interface CopiedRows {
  count: number;
  length: number;
  from: number;
  fromStride: number;
  to: Uint8Array;
  at: number;
  stride: number;
}

/**
 * The result of work that runs ops on the host, bypassing TensorFlow.js: without its scopes, several tasks may await at
 * once. All their tensors are freed when the work ends, however it ends.
 *
 * @throws {TensorFlowError} when an op fails
 */
export async function onHost<Result>(work: (host: HostOps) => Promise<Result>): Promise<Result> {
  const { api, eager } = theRuntime();
  const made: number[] = [];
  /** Memory that TensorFlow reads and that must not be garbage-collected before it is done. */
  const seen: Uint8Array[] = [];
  const keep = (id: number, shape: readonly number[]): HostTensor => {
    made.push(id);
    return { id, shape: [...shape] };
  };
  const create = (shape: readonly number[], dtype: number, values: HostValues) =>
    keep(eager.createTensor(shape, dtype, values), shape);
  try {
    return await work({
      string: (bytes) => {
        seen.push(bytes);
        return keep(eager.viewString(bytes), []);
      },
      uint8: (values, shape) => create(shape, TF.uint8, values),
      int32: (values) => create([values.length], TF.int32, Int32Array.from(values)),
      float32: (values) => create([values.length], TF.float32, Float32Array.from(values)),
      run: async (op, attributes, ...inputs) => {
        const handles = inputs.map(({ id }) => eager.handle(id));
        const [output] = await eager.prepareAsync(op, attributes, handles, 1).run();
        return keep(output?.id as number, output?.shape ?? []);
      },
      read: ({ id }) => eager.read(id),
      copyRows: ({ id }, rows) => copyRows(api, eager.handle(id), rows),
    });
  } finally {
    for (const id of made) eager.forget(id);
    seen.length = 0;
  }
}

function copyRows(api: CApi, handle: Pointer, { count, length, from, fromStride, to, at, stride }: CopiedRows): void {
  const status = api.newStatus();
  const tensor = api.resolveHandle(handle, status);
  try {
    check(api, status, "reading a tensor");
    const last = { from: from + (count - 1) * fromStride + length, at: at + (count - 1) * stride + length };
    if (last.from > Number(api.tensorBytes(tensor)) || last.at > to.length) {
      throw new EngineError(`${count} rows of ${length} bytes reach past the end of a tensor or an array.`);
    }
    const data = api.tensorData(tensor);
    for (let row = 0; row < count; row++) {
      const begin = at + row * stride;
      api.copyOut(to.subarray(begin, begin + length), data + BigInt(from + row * fromStride), length);
    }
  } finally {
    api.deleteTensor(tensor);
    api.deleteStatus(status);
  }
}
