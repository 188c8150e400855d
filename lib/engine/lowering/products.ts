import { TF } from "../native/dtype";
import type { Module, Value } from "./module";
import { broadcast, type LoweredOp, type Lowering, NotLowered, reduceOver, transpose } from "./op";

/** Matrix products. */

interface Dims {
  batching: readonly [readonly number[], readonly number[]];
  contracting: readonly [readonly number[], readonly number[]];
}

/** A product, in full precision for float32: by default an accelerator would multiply with a 10-bit mantissa. */
export function dot(module: Module, left: Value, right: Value, { batching, contracting }: Dims, dtype: number): Value {
  const rest = (value: Value, side: 0 | 1) =>
    value.shape.filter((_, axis) => !batching[side].includes(axis) && !contracting[side].includes(axis));
  const shape = [...batching[0].map((axis) => left.shape[axis] as number), ...rest(left, 0), ...rest(right, 1)];
  const batch = batching[0].length > 0 ? `batching_dims = [${batching[0]}] x [${batching[1]}], ` : "";
  const precision = left.dtype === TF.float32 ? ", precision = [HIGHEST, HIGHEST]" : "";
  const text = `stablehlo.dot_general ${left.name}, ${right.name}, ${batch}contracting_dims = [${contracting[0]}] x [${contracting[1]}]${precision}`;
  return module.emit(text, shape, dtype, [left, right]);
}

/** The matrix product over the last two axes, with the leading axes broadcast. */
function matrices(op: LoweredOp, turnedLeft: boolean, turnedRight: boolean): Value {
  const { module, shape, dtype } = op;
  const batch = shape.slice(0, -2);
  const [left, right] = op.inputs.map((side) => broadcast(module, side, [...batch, ...side.shape.slice(-2)])) as [
    Value,
    Value,
  ];
  const axes = batch.map((_, axis) => axis);
  const [row, column] = [batch.length, batch.length + 1];
  const contracting = [[turnedLeft ? row : column], [turnedRight ? column : row]] as const;
  return dot(module, left, right, { batching: [axes, axes], contracting }, dtype);
}

const batched: Lowering = (op) => matrices(op, op.attribute("adj_x", false), op.attribute("adj_y", false));

const einsum: Lowering = (op) => {
  const { module } = op;
  const [taken, given] = op.attribute("equation", "").replaceAll(" ", "").split("->") as [string, string | undefined];
  const sides = taken.split(",");
  if (given === undefined || /\./.test(taken + given) || sides.length > 2) {
    throw new NotLowered("its equation has an ellipsis, no result, or more than two operands");
  }
  const letters = [...sides, given].map((side) => [...side]);
  if (letters.some((side) => new Set(side).size !== side.length))
    throw new NotLowered("an axis stands twice on one side");
  /** Axes found nowhere else are summed first. */
  const summed = op.inputs.map((value, at) => {
    const own = letters[at] as string[];
    const others = [...letters.slice(0, at), ...letters.slice(at + 1)].flat();
    const axes = own.flatMap((letter, axis) => (others.includes(letter) ? [] : [axis]));
    const kept = own.filter((letter) => others.includes(letter));
    return { value: axes.length > 0 ? reduceOver(module, "add", value, axes, 0) : value, letters: kept };
  });
  const [left, right] = summed as [(typeof summed)[0], (typeof summed)[0] | undefined];
  const ordered = (value: Value, have: readonly string[]) =>
    transpose(
      module,
      value,
      [...given].map((letter) => have.indexOf(letter)),
    );
  if (right === undefined) return ordered(left.value, left.letters);
  const shared = left.letters.filter((letter) => right.letters.includes(letter));
  const batch = shared.filter((letter) => given.includes(letter));
  const inner = shared.filter((letter) => !given.includes(letter));
  const at = (side: { letters: string[] }, wanted: string[]) => wanted.map((letter) => side.letters.indexOf(letter));
  const dims: Dims = {
    batching: [at(left, batch), at(right, batch)],
    contracting: [at(left, inner), at(right, inner)],
  };
  const outer = (side: { letters: string[] }) => side.letters.filter((letter) => !shared.includes(letter));
  return ordered(dot(module, left.value, right.value, dims, op.dtype), [...batch, ...outer(left), ...outer(right)]);
};

export const products: Record<string, Lowering> = {
  MatMul: (op) => matrices(op, op.attribute("transpose_a", false), op.attribute("transpose_b", false)),
  BatchMatMul: batched,
  BatchMatMulV2: batched,
  BatchMatMulV3: batched,
  Einsum: einsum,
};
