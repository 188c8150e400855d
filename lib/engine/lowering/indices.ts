import { type Module, typeOf, type Value } from "./module";
import { axesOf, fill, type Lowering, reshape } from "./op";

/** Ops that take or put elements at places that are values. */

const gather: Lowering = (op) => {
  const { module, shape, dtype } = op;
  const [params, indices] = op.inputs as [Value, Value];
  const rank = params.shape.length;
  const [axis] = op.inputs.length > 2 ? (axesOf(op.constant(2), rank) as [number]) : [0];
  const batch =
    op.attribute("batch_dims", 0) < 0
      ? op.attribute("batch_dims", 0) + indices.shape.length
      : op.attribute("batch_dims", 0);
  const batching = Array.from({ length: batch }, (_, at) => at);
  const width = indices.shape.length - batch;
  const offsets = params.shape.flatMap((_, at) => (at < batch || at === axis ? [] : [at < axis ? at : at + width - 1]));
  const sizes = params.shape.map((size, at) => (at < batch || at === axis ? 1 : size));
  const numbers =
    `#stablehlo.gather<offset_dims = [${offsets}], collapsed_slice_dims = [${axis}], operand_batching_dims = [${batching}], ` +
    `start_indices_batching_dims = [${batching}], start_index_map = [${axis}], index_vector_dim = ${indices.shape.length}>`;
  const text = `"stablehlo.gather"(${params.name}, ${indices.name}) <{dimension_numbers = ${numbers}, slice_sizes = array<i64: ${sizes}>}>`;
  return module.emit(text, shape, dtype, [params, indices]);
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

/** Updates of whole slices at indices; what points outside is left out. */
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
  UnsortedSegmentSum: ({ module, inputs, shape, dtype }) => {
    const [data, segments] = inputs as [Value, Value];
    const column = reshape(module, segments, [...segments.shape, 1]);
    return scatter(module, fill(module, 0, { shape, dtype }), column, data, true);
  },
};
