import { type CompiledFunction, compile, TF, tf } from "njepa/engine";
import type { Runtime } from "../../lib/engine/runtime";
import type { Trace, TracedOp } from "./trace";

/** What became of a test's ops as one program of PJRT. */
export type Replayed =
  | { state: "same" }
  /** The first op that could not be written, and why. */
  | { state: "inexpressible"; op: string; why: string }
  | { state: "different"; op: string; why: string };

type Outputs = Record<string, tf.Tensor>;

/**
 * Captures a test's ops as one function, runs it by PJRT and compares all that they gave with what they gave eagerly.
 *
 * What the test made is an argument of the function, but for int32 vectors that an op must know while it is captured, such
 * as axes; what an op gave that cannot be written is an argument too, so that the ops behind it are compared all the same.
 */
export async function replay(trace: Trace, runtime: Runtime): Promise<Replayed> {
  const constants = new Set<number>();
  const leftOut = new Map<TracedOp, string>();
  for (;;) {
    let at: TracedOp | undefined;
    const wanted = trace.ops.filter((op) => !leftOut.has(op)).flatMap(({ outputs }) => outputs);
    if (wanted.length === 0) break;
    const leaves = argumentsOf(trace, leftOut, constants);
    const fn = (...given: tf.Tensor[]): Outputs => {
      const ids = new Map(leaves.map((place, index) => [place, idOf(given[index] as tf.Tensor, runtime)]));
      for (const place of constants) ids.set(place, trace.tensors[place]?.id as number);
      for (const op of trace.ops) {
        if (leftOut.has(op)) continue;
        at = op;
        const inputs = op.inputs.map((place) => ids.get(place) as number);
        const made = (runtime.capture as NonNullable<Runtime["capture"]>).executeOp(
          op.name,
          op.attributes,
          inputs,
          op.outputs.length,
        );
        made.forEach(({ id, shape, dtype }, index) => {
          const place = op.outputs[index] as number;
          const expected = trace.tensors[place];
          if (shape.join() !== expected?.shape.join() || dtype !== expected.dtype) throw new Error("another shape");
          ids.set(place, id);
        });
      }
      at = undefined;
      return Object.fromEntries(
        wanted.map((place) => [place, tensorOf({ ...trace.tensors[place], id: ids.get(place) } as never, runtime)]),
      );
    };
    const compiled: CompiledFunction<tf.Tensor[], Outputs> = compile(fn, { backend: "pjrt", name: "test" });
    try {
      const given = leaves.map((place) => tensorOf(runtime.eager.share(trace.tensors[place]?.id as number), runtime));
      const got = await compiled(...given).finally(() => tf.dispose(given));
      const different = trace.ops.flatMap((op) => (leftOut.has(op) ? [] : differences(op, got, trace, runtime)));
      tf.dispose(got);
      if (different.length > 0) return different[0] as Replayed;
      break;
    } catch (error) {
      if (at === undefined)
        return { state: "different", op: trace.ops.map(({ name }) => name).join(), why: (error as Error).message };
      // Perhaps it must know an input; then so must its like, and thousands of them are not found out one by one.
      const [failed, given] = [at, new Set(leaves)];
      const alike = trace.ops.filter((op) => !leftOut.has(op) && isLike(op, failed));
      const known = (op: TracedOp) => op.inputs.filter((place) => given.has(place) && isSmall(trace, place));
      const some = known(failed).length > 0;
      for (const op of alike) {
        if (some) for (const place of known(op)) constants.add(place);
        else if (known(op).length === 0) leftOut.set(op, (error as Error).message);
      }
    } finally {
      compiled.dispose();
    }
  }
  const [first] = leftOut;
  return first ? { state: "inexpressible", op: first[0].name, why: first[1] } : { state: "same" };
}

function argumentsOf({ ops }: Trace, leftOut: ReadonlyMap<TracedOp, string>, constants: ReadonlySet<number>): number[] {
  const made = new Set(ops.filter((op) => !leftOut.has(op)).flatMap(({ outputs }) => outputs));
  const taken = new Set(ops.filter((op) => !leftOut.has(op)).flatMap(({ inputs }) => inputs));
  return [...taken].filter((place) => !made.has(place) && !constants.has(place));
}

const isLike = (op: TracedOp, other: TracedOp) =>
  op.name === other.name && JSON.stringify(op.attributes) === JSON.stringify(other.attributes);

const isSmall = ({ tensors }: Trace, place: number): boolean => {
  const { shape, dtype } = tensors[place] as Trace["tensors"][number];
  return (dtype === TF.int32 || dtype === TF.int64 || shape.length === 0) && sizeOf(shape) <= 4096;
};

const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

const tensorOf = (metadata: Trace["tensors"][number], { backend }: Runtime) => backend.createOutputTensor(metadata);
const idOf = (tensor: tf.Tensor, { backend }: Runtime) => backend.getInputTensorIds([tensor])[0] as number;

function differences(
  { name, inputs, outputs, attributes }: TracedOp,
  got: Outputs,
  { tensors }: Trace,
  { eager }: Runtime,
): Replayed[] {
  return outputs.flatMap((place): Replayed[] => {
    const ours = (got[place] as tf.Tensor).dataSync() as ArrayLike<number>;
    const theirs = eager.read(tensors[place]?.id as number) as ArrayLike<number>;
    const at = Array.from(ours).findIndex((value, index) => !isNear(Number(value), Number(theirs[index])));
    if (at < 0) return [];
    const of = inputs.map((input) => `[${tensors[input]?.shape}]`).join(" ");
    const told = attributes.map((attribute) => `${attribute.name}=${attribute.value}`).join(" ");
    return [
      { state: "different", op: name, why: `${of} ${told}: element ${at} is ${ours[at]}, eagerly ${theirs[at]}` },
    ];
  });
}

/** Equal but for rounding; XLA sums and approximates in other orders. */
function isNear(value: number, wanted: number): boolean {
  if (Object.is(value, wanted) || value === wanted) return true;
  return Math.abs(value - wanted) <= 1e-4 * Math.max(1, Math.abs(wanted));
}
