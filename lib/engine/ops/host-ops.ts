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
  const running: Promise<HostTensor>[] = [];
  let isOver = false;
  const requireWork = () => {
    if (isOver) throw new EngineError("A tensor on the host was asked for after the work it belongs to had ended.");
  };
  const keep = (id: number, shape: readonly number[]): HostTensor => {
    made.push(id);
    return { id, shape: [...shape] };
  };
  const create = (shape: readonly number[], dtype: number, values: HostValues) => {
    requireWork();
    return keep(eager.createTensor(shape, dtype, values), shape);
  };
  try {
    return await work({
      string: (bytes) => {
        requireWork();
        seen.push(bytes);
        return keep(eager.viewString(bytes), []);
      },
      uint8: (values, shape) => create(shape, TF.uint8, values),
      int32: (values) => create([values.length], TF.int32, Int32Array.from(values)),
      float32: (values) => create([values.length], TF.float32, Float32Array.from(values)),
      run: async (op, attributes, ...inputs) => {
        requireWork();
        const handles = inputs.map(({ id }) => eager.handle(id));
        const prepared = eager.prepareAsync(op, attributes, handles, 1);
        const made = prepared.run().then(([output]) => keep(output?.id as number, output?.shape ?? []));
        running.push(made);
        return made;
      },
      read: ({ id }) => eager.read(id),
      copyRows: ({ id }, rows) => copyRows(api, eager.handle(id), rows),
    });
  } finally {
    isOver = true;
    // Work that fails may leave ops behind that still run and read memory of ours.
    await Promise.allSettled(running);
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
