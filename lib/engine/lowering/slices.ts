import type { Module, Value } from "./module";
import { type LoweredOp, type Lowering, NotLowered, reshape } from "./op";

/** Ops that slice a tensor or pad it. */

/** Elements `begin` to `end` of each axis, every `stride`-th. */
export function slice(
  module: Module,
  x: Value,
  begin: readonly number[],
  end: readonly number[],
  strides: readonly number[] = begin.map(() => 1),
): Value {
  const shape = begin.map((from, axis) => Math.ceil(((end[axis] as number) - from) / (strides[axis] as number)));
  const ranges = begin.map((from, axis) => `${from}:${end[axis]}:${strides[axis]}`).join(", ");
  return module.emit(`stablehlo.slice ${x.name} [${ranges}]`, shape, x.dtype, [x]);
}

export function concatenate(module: Module, parts: readonly Value[], axis: number): Value {
  const [first] = parts as [Value];
  const shape = [...first.shape];
  shape[axis] = parts.reduce((sum, part) => sum + (part.shape[axis] as number), 0);
  const names = parts.map(({ name }) => name).join(", ");
  return module.emit(`stablehlo.concatenate ${names}, dim = ${axis}`, shape, first.dtype, parts);
}

export function pad(
  module: Module,
  x: Value,
  value: Value,
  low: readonly number[],
  high: readonly number[],
  interior: readonly number[] = low.map(() => 0),
): Value {
  const shape = x.shape.map(
    (size, axis) =>
      size + (low[axis] as number) + (high[axis] as number) + Math.max(0, size - 1) * (interior[axis] as number),
  );
  const text = `stablehlo.pad ${x.name}, ${value.name}, low = [${low}], high = [${high}], interior = [${interior}]`;
  return module.emit(text, shape, x.dtype, [x, value]);
}

export function reverse(module: Module, x: Value, axes: readonly number[]): Value {
  return axes.length === 0 ? x : module.emitSame(`stablehlo.reverse ${x.name}, dims = [${axes}]`, x);
}

/** Consecutive pieces of an axis, of the given sizes. */
export function pieces(module: Module, x: Value, axis: number, sizes: readonly number[]): Value[] {
  let from = 0;
  return sizes.map((size) => {
    const begin = x.shape.map(() => 0);
    const end = [...x.shape];
    [begin[axis], end[axis]] = [from, from + size];
    from += size;
    return slice(module, x, begin, end);
  });
}

/** Padding before and after each axis. */
function paddings(op: LoweredOp): { low: number[]; high: number[] } {
  const flat = op.constant(1);
  return { low: flat.filter((_, at) => at % 2 === 0), high: flat.filter((_, at) => at % 2 === 1) };
}

const padded: Lowering = (op) => {
  const { module, inputs, dtype } = op;
  const { low, high } = paddings(op);
  return pad(module, inputs[0] as Value, inputs[2] ?? module.scalar(0, dtype), low, high);
};

const mirrored: Lowering = (op) => {
  const { module, inputs } = op;
  const { low, high } = paddings(op);
  // REFLECT does not repeat the edge.
  const skip = op.attribute("mode", "REFLECT") === "REFLECT" ? 1 : 0;
  return low.reduce((x, before, axis) => {
    const size = x.shape[axis] as number;
    const part = (from: number, to: number) => {
      const begin = x.shape.map(() => 0);
      const end = [...x.shape];
      [begin[axis], end[axis]] = [from, to];
      return reverse(module, slice(module, x, begin, end), [axis]);
    };
    const after = high[axis] as number;
    const parts = [
      ...(before > 0 ? [part(skip, skip + before)] : []),
      x,
      ...(after > 0 ? [part(size - skip - after, size - skip)] : []),
    ];
    return parts.length === 1 ? x : concatenate(module, parts, axis);
  }, inputs[0] as Value);
};

const sliced: Lowering = (op) => {
  const begin = op.constant(1);
  return slice(
    op.module,
    op.inputs[0] as Value,
    begin,
    begin.map((from, axis) => from + (op.shape[axis] as number)),
  );
};

const stridedSliced: Lowering = (op) => {
  const x = op.inputs[0] as Value;
  const bit = (mask: string, axis: number) => ((op.attribute(mask, 0) >> axis) & 1) === 1;
  if (op.attribute("ellipsis_mask", 0) !== 0 || op.attribute("new_axis_mask", 0) !== 0) {
    throw new NotLowered("it has an ellipsis or a new axis");
  }
  const [begins, ends, steps] = [op.constant(1), op.constant(2), op.constant(3)];
  const reversed: number[] = [];
  const ranges = x.shape.map((size, axis) => {
    const step = steps[axis] ?? 1;
    const given = (value: number | undefined, least: number, most: number) =>
      Math.min(Math.max((value as number) < 0 ? (value as number) + size : (value as number), least), most);
    if (axis >= begins.length) return { from: 0, to: size, step: 1 };
    if (bit("shrink_axis_mask", axis)) {
      const at = given(begins[axis], 0, size - 1);
      return { from: at, to: at + 1, step: 1 };
    }
    if (step > 0) {
      const from = bit("begin_mask", axis) ? 0 : given(begins[axis], 0, size);
      const to = bit("end_mask", axis) ? size : given(ends[axis], 0, size);
      return { from, to: Math.max(from, to), step };
    }
    // Negative stride: take the same elements forwards, then reverse.
    reversed.push(axis);
    const from = bit("begin_mask", axis) ? size - 1 : given(begins[axis], -1, size - 1);
    const to = bit("end_mask", axis) ? -1 : given(ends[axis], -1, size - 1);
    const count = Math.max(0, Math.ceil((from - to) / -step));
    return { from: from + (count - 1) * step, to: from + 1, step: -step };
  });
  const part = slice(
    op.module,
    x,
    ranges.map(({ from }) => from),
    ranges.map(({ to }) => to),
    ranges.map(({ step }) => step),
  );
  return reshape(op.module, reverse(op.module, part, reversed), op.shape);
};

export const slices: Record<string, Lowering> = {
  Slice: sliced,
  StridedSlice: stridedSliced,
  Pad: padded,
  PadV2: padded,
  MirrorPad: mirrored,
};
