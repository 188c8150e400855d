import type { Module, Value } from "./module";
import {
  binary,
  broadcast,
  compare,
  fill,
  type LoweredOp,
  type Lowering,
  reduceOver,
  reshape,
  select,
  unary,
} from "./op";
import { concatenate, pad, slice } from "./slices";

/** Morphological dilation of images, [B, H, W, C], by filters, [H, W, C]: the maximum of image plus filter. */

/** For each filter position, the part of the image under it. */
interface Slid {
  places: { from: [number, number]; to: [number, number]; under: Value; filter: Value }[];
  strides: [number, number];
  /** The padded image's sides, and the padding before it. */
  sides: [number, number];
  before: [number, number];
}

function slide(op: LoweredOp, out: readonly number[]): Slid {
  const { module } = op;
  const [x, filter] = op.inputs as [Value, Value];
  const [, height, width, channels] = x.shape as [number, number, number, number];
  const [strides, rates] = [op.attribute("strides", [1, 1, 1, 1]), op.attribute("rates", [1, 1, 1, 1])].map(
    (all) => all.slice(1, 3) as [number, number],
  ) as [[number, number], [number, number]];
  const size = filter.shape.slice(0, 2) as [number, number];
  const isSame = op.attribute<string>("padding", "VALID") === "SAME";
  const around = ([height, width] as const).map((side, axis): [number, number] => {
    const reach = ((size[axis] as number) - 1) * (rates[axis] as number) + 1;
    const needed = ((out[axis + 1] as number) - 1) * (strides[axis] as number) + reach;
    const total = isSame ? Math.max(0, needed - side) : 0;
    return [Math.floor(total / 2), Math.max(needed - side, total) - Math.floor(total / 2)];
  }) as [[number, number], [number, number]];
  const high = around.map(([, behind]) => Math.max(0, behind));
  const lowest = module.scalar(Number.NEGATIVE_INFINITY, x.dtype);
  const padded = pad(
    module,
    x,
    lowest,
    [0, around[0][0], around[1][0], 0],
    [0, high[0] as number, high[1] as number, 0],
  );
  const places = Array.from({ length: size[0] * size[1] }, (_, at) => {
    const from = [Math.floor(at / size[1]) * rates[0], (at % size[1]) * rates[1]] as [number, number];
    const to = from.map((begin, axis) => begin + ((out[axis + 1] as number) - 1) * (strides[axis] as number) + 1) as [
      number,
      number,
    ];
    const under = slice(module, padded, [0, ...from, 0], [x.shape[0] as number, ...to, channels], [1, ...strides, 1]);
    const row = [Math.floor(at / size[1]), at % size[1]] as const;
    const one = slice(module, filter, [...row, 0], [row[0] + 1, row[1] + 1, channels]);
    return { from, to, under, filter: broadcast(module, reshape(module, one, [channels]), under.shape) };
  });
  return { places, strides, sides: padded.shape.slice(1, 3) as [number, number], before: [around[0][0], around[1][0]] };
}

const sumsOf = (module: Module, { places }: Slid) =>
  places.map(({ under, filter }) => binary(module, "add", under, filter));

const dilation: Lowering = (op) =>
  sumsOf(op.module, slide(op, op.shape)).reduce((most, sum) => binary(op.module, "maximum", most, sum));

/** The gradient's share for each filter position: all of it goes to the first where image plus filter is largest. */
function shares(op: LoweredOp): { slid: Slid; parts: Value[] } {
  const { module } = op;
  const gradient = op.inputs[2] as Value;
  const slid = slide(op, gradient.shape);
  const sums = sumsOf(module, slid);
  const most = sums.reduce((best, sum) => binary(module, "maximum", best, sum));
  const zero = fill(module, 0, gradient);
  let free: Value | null = null;
  const parts = sums.map((sum) => {
    const isMost = compare(module, "EQ", sum, most);
    const takes: Value = free ? binary(module, "and", isMost, free) : isMost;
    const rest = unary(module, "not", takes);
    free = free ? binary(module, "and", free, rest) : rest;
    return select(module, takes, gradient, zero);
  });
  return { slid, parts };
}

const ofImage: Lowering = (op) => {
  const { module, shape } = op;
  const { slid, parts } = shares(op);
  const { places, strides, sides, before } = slid;
  const zero = module.scalar(0, op.dtype);
  const whole = parts
    .map((part, at) => {
      const { from, to } = places[at] as Slid["places"][number];
      const behind = sides.map((side, axis) => side - (to[axis] as number));
      return pad(module, part, zero, [0, ...from, 0], [0, ...behind, 0], [0, strides[0] - 1, strides[1] - 1, 0]);
    })
    .reduce((sum, part) => binary(module, "add", sum, part));
  const [batch, height, width, channels] = shape as [number, number, number, number];
  return slice(module, whole, [0, ...before, 0], [batch, before[0] + height, before[1] + width, channels]);
};

const ofFilter: Lowering = (op) => {
  const { module, shape } = op;
  const sums = shares(op).parts.map((part) =>
    reshape(module, reduceOver(module, "add", part, [0, 1, 2], 0), [1, shape[2] as number]),
  );
  return reshape(module, sums.length === 1 ? (sums[0] as Value) : concatenate(module, sums, 0), shape);
};

export const dilations: Record<string, Lowering> = {
  Dilation2D: dilation,
  Dilation2DBackpropInput: ofImage,
  Dilation2DBackpropFilter: ofFilter,
};
