import { sizeFromShape } from "../../shape";
import { TF } from "../native/dtype";
import type { Module, Value } from "./module";
import {
  axesOf,
  binary,
  broadcast,
  compare,
  convert,
  fill,
  type Lowering,
  NotLowered,
  reshape,
  select,
  transpose,
} from "./op";
import { concatenate, pad, pieces, reverse, slice } from "./slices";

/** Ops that move elements without computing anything. */

const reshaped: Lowering = ({ module, inputs, shape }) => reshape(module, inputs[0] as Value, shape);

const tiled: Lowering = (op) => {
  const x = op.inputs[0] as Value;
  const times = op.constant(1);
  // Each axis of length n becomes two, of lengths times and n, of which the first is broadcast.
  const spread = x.shape.flatMap((size, axis) => [times[axis] as number, size]);
  const dims = x.shape.map((_, axis) => 2 * axis + 1);
  const text = `stablehlo.broadcast_in_dim ${x.name}, dims = [${dims}]`;
  return reshape(op.module, op.module.emit(text, spread, x.dtype, [x]), op.shape);
};

const ranged: Lowering = (op) => {
  const { module, shape, dtype } = op;
  const steps = convert(
    module,
    module.emitRaw((name) => `${name} = stablehlo.iota dim = 0 : tensor<${shape[0]}xi32>`, shape, TF.int32),
    dtype,
  );
  const [start, step] = [op.constant(0)[0] as number, op.constant(2)[0] as number];
  return binary(
    module,
    "add",
    binary(module, "multiply", steps, fill(module, step, steps)),
    fill(module, start, steps),
  );
};

/** 0, 1, 2, … along one axis. */
export function iota(module: Module, shape: readonly number[], axis: number): Value {
  const type = `tensor<${[...shape, "i32"].join("x")}>`;
  return module.emitRaw((name) => `${name} = stablehlo.iota dim = ${axis} : ${type}`, shape, TF.int32);
}

const oneHot: Lowering = (op) => {
  const { module, inputs, shape } = op;
  const [indices, , on, off] = inputs as [Value, Value, Value, Value];
  const axis = op.attribute("axis", -1) < 0 ? shape.length - 1 : op.attribute("axis", -1);
  const dims = shape.map((_, at) => at).filter((at) => at !== axis);
  const text = `stablehlo.broadcast_in_dim ${indices.name}, dims = [${dims}]`;
  const spread = convert(module, module.emit(text, shape, indices.dtype, [indices]), TF.int32);
  const hot = compare(module, "EQ", spread, iota(module, shape, axis));
  return select(module, hot, broadcast(module, on, shape), broadcast(module, off, shape));
};

const blocks = {
  /** Moves blocks from the batch to each spatial axis, then crops. */
  toSpace: (op) => {
    const { module, inputs } = op;
    const x = inputs[0] as Value;
    const [sizes, crops] = [op.constant(1), op.constant(2)];
    const [batch, ...rest] = x.shape as [number, ...number[]];
    const split = reshape(module, x, [...sizes, batch / sizeFromShape(sizes), ...rest]);
    const n = sizes.length;
    const order = [n, ...sizes.flatMap((_, at) => [n + 1 + at, at]), ...rest.slice(n).map((_, at) => 2 * n + 1 + at)];
    const whole = [batch / sizeFromShape(sizes), ...rest.map((size, at) => size * (sizes[at] ?? 1))];
    const merged = reshape(module, transpose(module, split, order), whole);
    const begin = whole.map((_, axis) => (axis === 0 ? 0 : (crops[2 * (axis - 1)] ?? 0)));
    const end = whole.map((size, axis) => size - (axis === 0 ? 0 : (crops[2 * (axis - 1) + 1] ?? 0)));
    return slice(module, merged, begin, end);
  },
  toBatch: (op) => {
    const { module, inputs } = op;
    const [sizes, pads] = [op.constant(1), op.constant(2)];
    const given = inputs[0] as Value;
    const side = (which: number) =>
      given.shape.map((_, axis) => (axis === 0 ? 0 : (pads[2 * (axis - 1) + which] ?? 0)));
    const x = pad(module, given, module.scalar(0, given.dtype), side(0), side(1));
    const n = sizes.length;
    const [batch, ...rest] = x.shape as [number, ...number[]];
    const split = [
      batch,
      ...rest.flatMap((size, at) => (at < n ? [size / (sizes[at] as number), sizes[at] as number] : [size])),
    ];
    const order = [
      ...sizes.map((_, at) => 2 * at + 2),
      0,
      ...sizes.map((_, at) => 2 * at + 1),
      ...rest.slice(n).map((_, at) => 2 * n + 1 + at),
    ];
    return reshape(module, transpose(module, reshape(module, x, split), order), op.shape);
  },
  /** Moves channels to blocks of the spatial axes, [B, H, W, C]. */
  ofDepth: ({ module, inputs, shape, ...op }) => {
    if (op.attribute("data_format", "NHWC") !== "NHWC") throw new NotLowered("its channels come first");
    const [batch, height, width, channels] = (inputs[0] as Value).shape as [number, number, number, number];
    const size = op.attribute("block_size", 1);
    const split = reshape(module, inputs[0] as Value, [batch, height, width, size, size, channels / size ** 2]);
    return reshape(module, transpose(module, split, [0, 1, 3, 2, 4, 5]), shape);
  },
} satisfies Record<string, Lowering>;

export const shapes: Record<string, Lowering> = {
  Reshape: reshaped,
  Squeeze: reshaped,
  ExpandDims: reshaped,
  Identity: ({ inputs }) => inputs[0] as Value,
  Snapshot: ({ inputs }) => inputs[0] as Value,
  StopGradient: ({ inputs }) => inputs[0] as Value,
  XlaOptimizationBarrier: ({ module, inputs }) => {
    const [x] = inputs as [Value];
    return module.emitSame(`stablehlo.optimization_barrier ${x.name}`, x);
  },
  ZerosLike: ({ module, inputs }) => fill(module, 0, inputs[0] as Value),
  OnesLike: ({ module, inputs }) => fill(module, 1, inputs[0] as Value),
  Fill: ({ module, inputs, shape }) => broadcast(module, inputs[1] as Value, shape),
  BroadcastTo: ({ module, inputs, shape }) => broadcast(module, inputs[0] as Value, shape),
  Transpose: (op) => transpose(op.module, op.inputs[0] as Value, op.constant(1)),
  ReverseV2: (op) => reverse(op.module, op.inputs[0] as Value, axesOf(op.constant(1), op.shape.length)),
  Tile: tiled,
  Range: ranged,
  OneHot: oneHot,
  BatchToSpaceND: blocks.toSpace,
  SpaceToBatchND: blocks.toBatch,
  DepthToSpace: blocks.ofDepth,
  ConcatV2: (op) => {
    const parts = op.inputs.slice(0, -1);
    const [axis] = axesOf(op.constant(parts.length), op.shape.length) as [number];
    return concatenate(op.module, parts, axis);
  },
  Pack: (op) => {
    const [axis] = axesOf([op.attribute("axis", 0)], op.shape.length) as [number];
    const one = op.shape.map((size, at) => (at === axis ? 1 : size));
    return concatenate(
      op.module,
      op.inputs.map((x) => reshape(op.module, x, one)),
      axis,
    );
  },
  Unpack: (op) => {
    const x = op.inputs[0] as Value;
    const [axis] = axesOf([op.attribute("axis", 0)], x.shape.length) as [number];
    const parts = pieces(op.module, x, axis, Array(x.shape[axis]).fill(1));
    return parts.map((part) => reshape(op.module, part, op.shape));
  },
  Split: (op) => {
    const x = op.inputs[1] as Value;
    const [axis] = axesOf(op.constant(0), x.shape.length) as [number];
    const count = op.attribute("num_split", 1);
    return pieces(op.module, x, axis, Array(count).fill((x.shape[axis] as number) / count));
  },
  SplitV: (op) => {
    const x = op.inputs[0] as Value;
    const [axis] = axesOf(op.constant(2), x.shape.length) as [number];
    return pieces(op.module, x, axis, op.constant(1));
  },
  BroadcastArgs: (op) => {
    const [left, right] = [op.constant(0), op.constant(1)];
    const rank = Math.max(left.length, right.length);
    const size = (of: number[], at: number) => of[at - (rank - of.length)] ?? 1;
    const sizes = Array.from({ length: rank }, (_, at) => (size(left, at) === 1 ? size(right, at) : size(left, at)));
    return op.module.constant(op.shape, op.dtype, sizes);
  },
  LinSpace: (op) => {
    const [start, stop, count] = [op.constant(0)[0], op.constant(1)[0], op.constant(2)[0]] as [number, number, number];
    const step = count > 1 ? (stop - start) / (count - 1) : 0;
    const values = Array.from({ length: count }, (_, at) => (at > 0 && at === count - 1 ? stop : start + at * step));
    return op.module.constant(op.shape, op.dtype, values);
  },
};
