import type { OpAttribute } from "./attributes";
import { TF } from "./dtype";
import type { HostValues } from "./host-tensor";
import { theRuntime } from "./runtime";

/** A tensor of TensorFlow's that TensorFlow.js knows nothing of; it lives as long as the `onHost` that made it. */
export interface HostTensor {
  id: number;
  shape: number[];
}

/** What `onHost` gives its work: tensors in, ops, values out. */
export interface HostOps {
  /** A scalar string, for a file's bytes. */
  string(bytes: Uint8Array): HostTensor;
  uint8(values: Uint8Array, shape: readonly number[]): HostTensor;
  int32(values: readonly number[]): HostTensor;
  float32(values: readonly number[]): HostTensor;
  /** Runs an op of one output on a thread of its own; any number may run at once. */
  run(op: string, attributes: readonly OpAttribute[], ...inputs: HostTensor[]): Promise<HostTensor>;
  read(tensor: HostTensor): HostValues;
}

/**
 * Runs ops on the host without TensorFlow.js between them: no scopes, so that several pieces of work may await at once.
 * All their tensors are freed when the work ends, however it ends.
 *
 * @throws {TensorFlowError} what an op refused
 */
export async function onHost<Result>(work: (host: HostOps) => Promise<Result>): Promise<Result> {
  const { eager } = theRuntime();
  const made: number[] = [];
  const keep = (id: number, shape: readonly number[]): HostTensor => {
    made.push(id);
    return { id, shape: [...shape] };
  };
  const create = (shape: readonly number[], dtype: number, values: HostValues) =>
    keep(eager.createTensor(shape, dtype, values), shape);
  try {
    return await work({
      string: (bytes) => create([], TF.string, [bytes]),
      uint8: (values, shape) => create(shape, TF.uint8, values),
      int32: (values) => create([values.length], TF.int32, Int32Array.from(values)),
      float32: (values) => create([values.length], TF.float32, Float32Array.from(values)),
      run: async (op, attributes, ...inputs) => {
        const handles = inputs.map(({ id }) => eager.handle(id));
        const [output] = await eager.prepareAsync(op, attributes, handles, 1).run();
        return keep(output?.id as number, output?.shape ?? []);
      },
      read: ({ id }) => eager.read(id),
    });
  } finally {
    for (const id of made) eager.forget(id);
  }
}
