import { sizeFromShape } from "../../shape";
import { TF } from "../native/dtype";
import { type Module, typeOf, type Value } from "./module";
import { binary, fill, type LoweredOp, type Lowering } from "./op";
import { reduceWindow } from "./reductions";
import { iota } from "./shapes";
import { pad } from "./slices";
import { channelsFirst, reversedPadding, spread, type Windows, windowsOf } from "./windows";

/** Pooling over the spatial axes of images, and its gradients. */

interface Pool extends Windows {
  /** Windows and strides over all axes, and the padding as text. */
  whole: { size: number[]; strides: number[]; padding: string };
}

function poolOf(op: LoweredOp, image: Pick<Value, "shape">): Pool {
  const first = channelsFirst(op) ? 2 : 1;
  const rank = image.shape.length - 2;
  const windows = windowsOf(op, image.shape, op.attribute<number[]>("ksize", []).slice(first, first + rank));
  const pads = image.shape.map((_, axis) => `[${windows.padding[axis - first] ?? [0, 0]}]`);
  return {
    ...windows,
    whole: {
      size: spread(image, first, windows.size),
      strides: spread(image, first, windows.strides),
      padding: `dense<[${pads.join(", ")}]> : tensor<${pads.length}x2xi64>`,
    },
  };
}

function pooled(module: Module, how: "add" | "maximum", x: Value, { whole }: Pool, shape: readonly number[]): Value {
  const initial = module.scalar(how === "add" ? 0 : least(x.dtype), x.dtype);
  return reduceWindow(module, how, x, initial, whole.size, whole.strides, whole.padding, shape);
}

const least = (dtype: number) => (dtype === TF.int32 ? -(2 ** 31) : Number.NEGATIVE_INFINITY);

/** The number of image pixels in each window, not counting padding. */
function counts(module: Module, image: Pick<Value, "shape" | "dtype">, pool: Pool, shape: readonly number[]): Value {
  return pooled(module, "add", fill(module, 1, image), pool, shape);
}

const maximum: Lowering = (op) => {
  const [x] = op.inputs as [Value];
  return pooled(op.module, "maximum", x, poolOf(op, x), op.shape);
};

const mean: Lowering = (op) => {
  const { module, shape } = op;
  const [x] = op.inputs as [Value];
  const pool = poolOf(op, x);
  return binary(module, "divide", pooled(module, "add", x, pool, shape), counts(module, x, pool, shape));
};

/** Each window's gradient goes to its maximum. */
const ofMaximum: Lowering = ({ module, inputs, ...op }) => {
  const [x, , gradient] = inputs as [Value, Value, Value];
  const { whole } = poolOf({ module, inputs, ...op }, x);
  const zero = module.scalar(0, x.dtype);
  const element = typeOf({ shape: [], dtype: x.dtype });
  return module.emitRaw(
    (name) =>
      [
        `${name} = "stablehlo.select_and_scatter"(${x.name}, ${gradient.name}, ${zero.name}) <{window_dimensions = ` +
          `array<i64: ${whole.size}>, window_strides = array<i64: ${whole.strides}>, padding = ${whole.padding}}> ({`,
        `^bb0(%l: ${element}, %r: ${element}):`,
        `  %o = stablehlo.compare GE, %l, %r, FLOAT : (${element}, ${element}) -> tensor<i1>`,
        `  "stablehlo.return"(%o) : (tensor<i1>) -> ()`,
        "}, {",
        `^bb0(%l: ${element}, %r: ${element}):`,
        `  %o = stablehlo.add %l, %r : ${element}`,
        `  "stablehlo.return"(%o) : (${element}) -> ()`,
        `}) : (${[x, gradient, zero].map(typeOf).join(", ")}) -> ${typeOf(x)}`,
      ].join("\n"),
    x.shape,
    x.dtype,
  );
};

/** Each window's gradient is divided among its pixels: it is spread out, then summed over windows of stride one. */
const ofMean: Lowering = (op) => {
  const { module, shape } = op;
  const gradient = op.inputs[1] as Value;
  const image = { shape, dtype: gradient.dtype };
  const pool = poolOf(op, image);
  const { first, size } = pool;
  const sides = (of: readonly number[]) => of.slice(first, first + size.length);
  const share = binary(module, "divide", gradient, counts(module, image, pool, gradient.shape));
  const padding = reversedPadding(pool, sides(shape), sides(gradient.shape));
  const all = (of: readonly number[]) => spread(image, first, of, 0);
  const [low, high] = [all(padding.map(([before]) => before)), all(padding.map(([, behind]) => behind))];
  const around = pad(module, share, module.scalar(0, share.dtype), low, high, all(pool.strides.map((by) => by - 1)));
  const ones = shape.map(() => 1);
  const none = `dense<0> : tensor<${shape.length}x2xi64>`;
  return reduceWindow(
    module,
    "add",
    around,
    module.scalar(0, share.dtype),
    spread(image, first, size),
    ones,
    none,
    shape,
  );
};

/** The maximum of each window and its index in the flattened image; the first of equal ones. */
const withPlaces: Lowering = (op) => {
  const { module, shape } = op;
  const [x] = op.inputs as [Value];
  const { whole } = poolOf(op, x);
  const within = op.attribute("include_batch_in_index", false) ? x.shape : [1, ...x.shape.slice(1)];
  const flat = iota(module, [sizeFromShape(within)], 0);
  const text = `stablehlo.reshape ${flat.name}`;
  const one = module.emit(text, within, TF.int32, [flat]);
  const places =
    within[0] === x.shape[0]
      ? one
      : module.emit(
          `stablehlo.broadcast_in_dim ${one.name}, dims = [${x.shape.map((_, axis) => axis)}]`,
          x.shape,
          TF.int32,
          [one],
        );
  const [low, last] = [module.scalar(least(x.dtype), x.dtype), module.scalar(2 ** 31 - 1, TF.int32)];
  const [value, place] = [typeOf({ shape: [], dtype: x.dtype }), "tensor<i32>"];
  const results = [
    { shape, dtype: x.dtype },
    { shape, dtype: TF.int32 },
  ];
  const [best, where] = module.emitSeveral(
    (name) =>
      [
        `${name} = "stablehlo.reduce_window"(${x.name}, ${places.name}, ${low.name}, ${last.name}) <{window_dimensions = ` +
          `array<i64: ${whole.size}>, window_strides = array<i64: ${whole.strides}>, padding = ${whole.padding}}> ({`,
        `^bb0(%l: ${value}, %i: ${place}, %r: ${value}, %j: ${place}):`,
        `  %more = stablehlo.compare GT, %l, %r : (${value}, ${value}) -> tensor<i1>`,
        `  %same = stablehlo.compare EQ, %l, %r : (${value}, ${value}) -> tensor<i1>`,
        `  %before = stablehlo.compare LT, %i, %j : (${place}, ${place}) -> tensor<i1>`,
        "  %tie = stablehlo.and %same, %before : tensor<i1>",
        "  %takes = stablehlo.or %more, %tie : tensor<i1>",
        `  %v = stablehlo.select %takes, %l, %r : tensor<i1>, ${value}`,
        `  %k = stablehlo.select %takes, %i, %j : tensor<i1>, ${place}`,
        `  "stablehlo.return"(%v, %k) : (${value}, ${place}) -> ()`,
        `}) : (${[x, places, low, last].map(typeOf).join(", ")}) -> (${results.map(typeOf).join(", ")})`,
      ].join("\n"),
    results,
  ) as [Value, Value];
  const wide = op.attribute("Targmax", TF.int64) === TF.int64;
  return [best, wide ? module.emit(`stablehlo.convert ${where.name}`, shape, TF.int64, [where]) : where];
};

export const pools: Record<string, Lowering> = {
  MaxPool: maximum,
  MaxPool3D: maximum,
  AvgPool: mean,
  AvgPool3D: mean,
  MaxPoolGrad: ofMaximum,
  MaxPool3DGrad: ofMaximum,
  AvgPoolGrad: ofMean,
  AvgPool3DGrad: ofMean,
  MaxPoolWithArgmax: withPlaces,
};
