import { sizeFromShape } from "../../shape";
import { type Module, typeOf, type Value } from "./module";
import { axesOf, broadcast, compare, convert, fill, type Lowering, reduceOver, reshape, select } from "./op";
import { iota } from "./shapes";

/** Ops that gather or scatter elements at indices given as values. */

/** Slices along an axis at indices, whose axes replace it; the first `batch` axes of both are paired. */
function taken(
  module: Module,
  params: Value,
  indices: Value,
  axis: number,
  batch: number,
  shape: readonly number[],
): Value {
  const batching = Array.from({ length: batch }, (_, at) => at);
  const width = indices.shape.length - batch;
  const offsets = params.shape.flatMap((_, at) => (at < batch || at === axis ? [] : [at < axis ? at : at + width - 1]));
  const sizes = params.shape.map((size, at) => (at < batch || at === axis ? 1 : size));
  const numbers =
    `#stablehlo.gather<offset_dims = [${offsets}], collapsed_slice_dims = [${axis}], operand_batching_dims = [${batching}], ` +
    `start_indices_batching_dims = [${batching}], start_index_map = [${axis}], index_vector_dim = ${indices.shape.length}>`;
  const text = `"stablehlo.gather"(${params.name}, ${indices.name}) <{dimension_numbers = ${numbers}, slice_sizes = array<i64: ${sizes}>}>`;
  return module.emit(text, shape, params.dtype, [params, indices]);
}

/** Slices along an axis at a vector of indices. */
export function take(module: Module, x: Value, indices: Value, axis: number): Value {
  const shape = x.shape.map((size, at) => (at === axis ? (indices.shape[0] as number) : size));
  return taken(module, x, indices, axis, 0, shape);
}

const gather: Lowering = (op) => {
  const [params, indices] = op.inputs as [Value, Value];
  const [axis] = op.inputs.length > 2 ? (axesOf(op.constant(2), params.shape.length) as [number]) : [0];
  const batch = op.attribute("batch_dims", 0);
  return taken(op.module, params, indices, axis, batch < 0 ? batch + indices.shape.length : batch, op.shape);
};

const gatherNd: Lowering = ({ module, inputs, shape, dtype }) => {
  const [params, indices] = inputs as [Value, Value];
  const depth = indices.shape.at(-1) as number;
  const axes = Array.from({ length: depth }, (_, at) => at);
  const outer = indices.shape.length - 1;
  const offsets = params.shape.slice(depth).map((_, at) => at + outer);
  const sizes = params.shape.map((size, at) => (at < depth ? 1 : size));
  const numbers = `#stablehlo.gather<offset_dims = [${offsets}], collapsed_slice_dims = [${axes}], start_index_map = [${axes}], index_vector_dim = ${outer}>`;
  const text = `"stablehlo.gather"(${params.name}, ${indices.name}) <{dimension_numbers = ${numbers}, slice_sizes = array<i64: ${sizes}>}>`;
  return module.emit(text, shape, dtype, [params, indices]);
};

/** Updates of whole slices at indices; indices out of range are ignored. */
function scatter(module: Module, into: Value, indices: Value, updates: Value, isSum: boolean): Value {
  const depth = indices.shape.at(-1) as number;
  const axes = Array.from({ length: depth }, (_, at) => at);
  const outer = indices.shape.length - 1;
  const windows = updates.shape.slice(outer).map((_, at) => at + outer);
  const numbers = `#stablehlo.scatter<update_window_dims = [${windows}], inserted_window_dims = [${axes}], scatter_dims_to_operand_dims = [${axes}], index_vector_dim = ${outer}>`;
  const element = typeOf({ shape: [], dtype: into.dtype });
  return module.emitRaw(
    (name) =>
      [
        `${name} = "stablehlo.scatter"(${into.name}, ${indices.name}, ${updates.name}) <{scatter_dimension_numbers = ${numbers}}> ({`,
        `^bb0(%l: ${element}, %r: ${element}):`,
        isSum ? `  %o = stablehlo.add %l, %r : ${element}` : `  %o = stablehlo.optimization_barrier %r : ${element}`,
        `  "stablehlo.return"(%o) : (${element}) -> ()`,
        `}) : (${[into, indices, updates].map(typeOf).join(", ")}) -> ${typeOf(into)}`,
      ].join("\n"),
    into.shape,
    into.dtype,
  );
}

/** How often each number below `size` occurs, or the sum of its weights; per row for a matrix. */
const counted: Lowering = (op) => {
  const { module, shape, dtype } = op;
  // One row of counts is of all values, whatever their shape.
  const [values, , weights] = op.inputs.map((value) =>
    shape.length === 1 && value.shape.length > 1 ? reshape(module, value, [sizeFromShape(value.shape)]) : value,
  ) as [Value, Value, Value];
  const size = shape.at(-1) as number;
  const all = [...values.shape, size];
  const dims = values.shape.map((_, axis) => axis);
  const wide = (value: Value) =>
    module.emit(`stablehlo.broadcast_in_dim ${value.name}, dims = [${dims}]`, all, value.dtype, [value]);
  const zero = fill(module, 0, { shape: all, dtype });
  const isWeighted = sizeFromShape(weights.shape) > 0;
  const isThere = compare(module, "EQ", wide(values), convert(module, iota(module, all, dims.length), values.dtype));
  const hot = select(module, isThere, isWeighted ? wide(weights) : fill(module, 1, zero), zero);
  return reduceOver(module, op.attribute("binary_output", false) ? "maximum" : "add", hot, [dims.length - 1], 0);
};

/** Where each value would be inserted in its row's sorted sequence, [B, N] and [B, M]: how many precede it. */
const bound =
  (direction: "LT" | "LE"): Lowering =>
  ({ module, inputs, shape, dtype }) => {
    const [sorted, values] = inputs as [Value, Value];
    const all = [...shape, sorted.shape[1] as number];
    const wide = (value: Value, axis: 1 | 2) =>
      module.emit(`stablehlo.broadcast_in_dim ${value.name}, dims = [0, ${axis}]`, all, value.dtype, [value]);
    const isBefore = compare(module, direction, wide(sorted, 2), wide(values, 1));
    return reduceOver(module, "add", convert(module, isBefore, dtype), [2], 0);
  };

/** A diagonal matrix of a vector's elements; for a tensor, every axis is doubled. */
const diagonal: Lowering = ({ module, inputs, shape, dtype }) => {
  const [x] = inputs as [Value];
  const size = sizeFromShape(x.shape);
  const square = { shape: [size, size], dtype };
  const flat = reshape(module, x, [size]);
  const rows = module.emit(`stablehlo.broadcast_in_dim ${flat.name}, dims = [0]`, square.shape, dtype, [flat]);
  const isOn = compare(module, "EQ", iota(module, square.shape, 0), iota(module, square.shape, 1));
  return reshape(module, select(module, isOn, rows, fill(module, 0, square)), shape);
};

export const indices: Record<string, Lowering> = {
  GatherV2: gather,
  GatherNd: gatherNd,
  ScatterNd: ({ module, inputs, shape, dtype }) => {
    const [at, updates] = inputs as [Value, Value];
    return scatter(module, fill(module, 0, { shape, dtype }), at, updates, true);
  },
  TensorScatterUpdate: ({ module, inputs }) => {
    const [into, at, updates] = inputs as [Value, Value, Value];
    return scatter(module, into, at, updates, false);
  },
  SparseToDense: ({ module, inputs, shape }) => {
    const [at, , values, other] = inputs as [Value, Value, Value, Value];
    const count = at.shape.length === 0 ? 1 : (at.shape[0] as number);
    const column = reshape(module, at, [count, at.shape[1] ?? 1]);
    return scatter(module, broadcast(module, other, shape), column, broadcast(module, values, [count]), false);
  },
  Bincount: counted,
  DenseBincount: counted,
  LowerBound: bound("LT"),
  UpperBound: bound("LE"),
  Diag: diagonal,
  UnsortedSegmentSum: ({ module, inputs, shape, dtype }) => {
    const [data, segments] = inputs as [Value, Value];
    const column = reshape(module, segments, [...segments.shape, 1]);
    return scatter(module, fill(module, 0, { shape, dtype }), column, data, true);
  },
};
