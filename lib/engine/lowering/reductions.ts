import { sizeFromShape } from "../../shape";
import { TF } from "../native/dtype";
import { type Module, typeOf, type Value } from "./module";
import {
  axesOf,
  type Binary,
  binary,
  broadcast,
  compare,
  convert,
  fill,
  type LoweredOp,
  type Lowering,
  NotLowered,
  reduceOver,
  reshape,
  select,
} from "./op";
import { iota } from "./shapes";

/** Sums, means, extremes and running sums. */

/** The neutral element of an op for a dtype. */
function neutral(op: Binary, dtype: number): number {
  const [least, most] =
    dtype === TF.int32
      ? [-(2 ** 31), 2 ** 31 - 1]
      : dtype === TF.uint8
        ? [0, 255]
        : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return { add: 0, multiply: 1, maximum: least, minimum: most, and: 1, or: 0 }[op as "add"] ?? 0;
}

function reduced(lowered: LoweredOp, op: Binary): Value {
  const [x] = lowered.inputs as [Value];
  const axes = axesOf(lowered.constant(1), x.shape.length);
  return reshape(lowered.module, reduceOver(lowered.module, op, x, axes, neutral(op, x.dtype)), lowered.shape);
}

const by =
  (op: Binary): Lowering =>
  (lowered) =>
    reduced(lowered, op);

/** The index of the first extreme along an axis. */
const place =
  (direction: "GT" | "LT"): Lowering =>
  (op) => {
    const { module } = op;
    const [x] = op.inputs as [Value];
    const [axis] = axesOf(op.constant(1), x.shape.length) as [number];
    if (x.shape[axis] === 0) throw new NotLowered(`axis ${axis} of its input of shape [${x.shape}] is empty`);
    const extreme = direction === "GT" ? "maximum" : "minimum";
    const least = neutral(extreme, x.dtype);
    const best = reduceOver(module, extreme, x, [axis], least);
    const spread = broadcast(
      module,
      reshape(
        module,
        best,
        x.shape.map((size, at) => (at === axis ? 1 : size)),
      ),
      x.shape,
    );
    const places = iota(module, x.shape, axis);
    const candidates = select(module, compare(module, "EQ", x, spread), places, fill(module, 2 ** 31 - 1, places));
    return convert(module, reduceOver(module, "minimum", candidates, [axis], 2 ** 31 - 1), op.dtype);
  };

/** Running sums or products: a window over everything up to each position. */
const running =
  (op: "add" | "multiply"): Lowering =>
  (lowered) => {
    const { module } = lowered;
    const [x] = lowered.inputs as [Value];
    const [axis] = axesOf(lowered.constant(1), x.shape.length) as [number];
    const size = x.shape[axis] as number;
    if (sizeFromShape(x.shape) === 0) return x;
    const isReversed = lowered.attribute("reverse", false);
    const before = lowered.attribute("exclusive", false) ? size : size - 1;
    const after = lowered.attribute("exclusive", false) ? -1 : 0;
    const sides = isReversed ? [after, before] : [before, after];
    const window = x.shape.map((_, at) => (at === axis ? size : 1));
    const padding = x.shape.map((_, at) => `[${at === axis ? sides : [0, 0]}]`).join(", ");
    const initial = module.scalar(neutral(op, x.dtype), x.dtype);
    return reduceWindow(
      module,
      op,
      x,
      initial,
      window,
      window.map(() => 1),
      `dense<[${padding}]> : tensor<${x.shape.length}x2xi64>`,
    );
  };

/** A reduction over each window. */
export function reduceWindow(
  module: Module,
  op: "add" | "multiply" | "maximum",
  x: Value,
  initial: Value,
  window: readonly number[],
  strides: readonly number[],
  padding: string,
  shape: readonly number[] = x.shape,
): Value {
  const scalar = { name: "", shape: [], dtype: x.dtype };
  return module.emitRaw(
    (name) => {
      const [element, whole, result] = [scalar, x, { ...x, shape }].map((value) => typeOf(value)) as [
        string,
        string,
        string,
      ];
      return [
        `${name} = "stablehlo.reduce_window"(${x.name}, ${initial.name}) <{window_dimensions = array<i64: ${window}>, ` +
          `window_strides = array<i64: ${strides}>, padding = ${padding}}> ({`,
        `^bb0(%l: ${element}, %r: ${element}):`,
        `  %o = stablehlo.${op} %l, %r : ${element}`,
        `  "stablehlo.return"(%o) : (${element}) -> ()`,
        `}) : (${whole}, ${element}) -> ${result}`,
      ].join("\n");
    },
    shape,
    x.dtype,
  );
}

export const reductions: Record<string, Lowering> = {
  Sum: by("add"),
  Prod: by("multiply"),
  Max: by("maximum"),
  Min: by("minimum"),
  All: by("and"),
  Any: by("or"),
  Mean: (op) => {
    const [x] = op.inputs as [Value];
    const count = sizeFromShape(axesOf(op.constant(1), x.shape.length).map((axis) => x.shape[axis] as number));
    const sum = reduced(op, "add");
    return binary(op.module, "divide", sum, fill(op.module, count, sum));
  },
  ArgMax: place("GT"),
  ArgMin: place("LT"),
  Cumsum: running("add"),
  Cumprod: running("multiply"),
  TopKV2: (op) => {
    const [x] = op.inputs as [Value];
    const [k] = op.constant(1) as [number];
    const results = [
      { shape: op.shape, dtype: x.dtype },
      { shape: op.shape, dtype: TF.int32 },
    ];
    const types = results.map(typeOf).join(", ");
    return op.module.emitSeveral(
      (name) => `${name} = chlo.top_k(${x.name}, k = ${k}) : ${typeOf(x)} -> (${types})`,
      results,
    );
  },
};
