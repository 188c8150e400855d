import { sizeFromShape } from "../../shape";
import type { Module, Value } from "./module";
import { type LoweredOp, type Lowering, reshape, transpose } from "./op";
import { reverse } from "./slices";
import { reversedPadding, type Windows, windowsOf } from "./windows";

/** Convolutions of images over two or three axes, and their gradients. */

interface Convolution {
  strides: readonly number[];
  padding: readonly (readonly [number, number])[];
  leftDilation?: readonly number[];
  rightDilation: readonly number[];
  /** The meaning of the axes of the left operand, the right operand and the result. */
  axes: readonly [string[], string[], string[]];
  groups?: number;
  batchGroups?: number;
}

function convolve(module: Module, left: Value, right: Value, how: Convolution, shape: readonly number[]): Value {
  const {
    strides,
    padding,
    leftDilation = strides.map(() => 1),
    rightDilation,
    axes,
    groups = 1,
    batchGroups = 1,
  } = how;
  const [a, b, c] = axes.map((side) => `[${side.join(", ")}]`);
  const pads = padding.map(([low, high]) => `[${low}, ${high}]`).join(", ");
  const text =
    `stablehlo.convolution(${left.name}, ${right.name}) dim_numbers = ${a}x${b}->${c}, window = {stride = [${strides}], ` +
    `pad = [${pads}], lhs_dilate = [${leftDilation}], rhs_dilate = [${rightDilation}]} ` +
    `{batch_group_count = ${batchGroups} : i64, feature_group_count = ${groups} : i64, ` +
    "precision_config = [#stablehlo<precision HIGHEST>, #stablehlo<precision HIGHEST>]}";
  return module.emit(text, shape, left.dtype, [left, right]);
}

/** A convolution in TensorFlow's form; a depthwise one has a filter of [H, W, C, M] and C groups. */
interface Sides {
  images: readonly number[];
  /** [H, W, C / groups, D] */
  filters: readonly number[];
  windows: Windows;
  groups: number;
  /** The spatial axes' indices as StableHLO writes them. */
  spatial: string[];
  /** The images' axes, with batch and channels under these names. */
  around(batch: string, channels: string): string[];
}

function sidesOf(op: LoweredOp, images: readonly number[], given: readonly number[], isDepthwise: boolean): Sides {
  const rank = images.length - 2;
  const windows = windowsOf(op, images, given.slice(0, rank));
  const [channels, times] = given.slice(rank) as [number, number];
  const filters = isDepthwise ? [...given.slice(0, rank), 1, channels * times] : given;
  const ofImage = images[windows.first === 1 ? rank + 1 : 1] as number;
  const spatial = Array.from({ length: rank }, (_, axis) => String(axis));
  return {
    images,
    filters,
    windows,
    groups: ofImage / (filters[rank] as number),
    spatial,
    around: (batch, named) => (windows.first === 1 ? [batch, ...spatial, named] : [batch, named, ...spatial]),
  };
}

const forward =
  (isDepthwise: boolean): Lowering =>
  (op) => {
    const [images, given] = op.inputs as [Value, Value];
    const { filters, windows, groups, spatial, around } = sidesOf(op, images.shape, given.shape, isDepthwise);
    const { strides, padding, dilations } = windows;
    const axes: Convolution["axes"] = [around("b", "f"), [...spatial, "i", "o"], around("b", "f")];
    const how = { strides, padding, rightDilation: dilations, axes, groups };
    return convolve(op.module, images, reshape(op.module, given, filters), how, op.shape);
  };

/** The images' gradient: the output's gradient, dilated by `strides`, convolved with the reversed filters. */
const ofImages =
  (isDepthwise: boolean): Lowering =>
  (op) => {
    const { module } = op;
    const [, given, made] = op.inputs as [Value, Value, Value];
    const { filters, windows, groups, spatial, around } = sidesOf(op, op.shape, given.shape, isDepthwise);
    const { first, strides, dilations } = windows;
    const rank = spatial.length;
    const size = filters.slice(0, rank);
    const [inner, outer] = filters.slice(rank) as [number, number];
    // Each group's input and output channels are swapped.
    const apart = reshape(module, given, [...size, inner, groups, outer / groups]);
    const order = [...size.keys(), rank + 2, rank + 1, rank];
    const turned = reshape(module, transpose(module, apart, order), [...size, outer / groups, groups * inner]);
    const sides = (shape: readonly number[]) => shape.slice(first, first + rank);
    return convolve(
      module,
      made,
      reverse(module, turned, [...size.keys()]),
      {
        strides: size.map(() => 1),
        padding: reversedPadding(windows, sides(op.shape), sides(made.shape)),
        leftDilation: strides,
        rightDilation: dilations,
        axes: [around("b", "f"), [...spatial, "i", "o"], around("b", "f")],
        groups,
      },
      op.shape,
    );
  };

/** The filters' gradient: the images convolved with the output's gradient, the batch being the summed channels. */
const ofFilters =
  (isDepthwise: boolean): Lowering =>
  (op) => {
    const { module } = op;
    const [images, , made] = op.inputs as [Value, Value, Value];
    const { filters, windows, groups, spatial, around } = sidesOf(op, images.shape, op.shape, isDepthwise);
    const { first, strides, dilations, padding } = windows;
    const gradient = convolve(
      module,
      images,
      made,
      {
        strides: dilations,
        padding: padding.map(([low], axis) => {
          const reach = ((filters[axis] as number) - 1) * (dilations[axis] as number) + 1;
          const dilated = ((made.shape[first + axis] as number) - 1) * (strides[axis] as number) + 1;
          return [low, reach + dilated - 1 - (images.shape[first + axis] as number) - low];
        }),
        rightDilation: strides,
        axes: [around("f", "b"), around("i", "o"), [...spatial, "b", "f"]],
        batchGroups: groups,
      },
      filters,
    );
    return reshape(module, gradient, op.shape);
  };

/** The lowering, or an empty constant where there is nothing to convolve. */
const unlessEmpty =
  (lowering: Lowering): Lowering =>
  (op) =>
    sizeFromShape(op.shape) === 0 ? op.module.constant(op.shape, op.dtype, []) : lowering(op);

export const convolutions: Record<string, Lowering> = {
  Conv2D: unlessEmpty(forward(false)),
  Conv2DBackpropInput: ofImages(false),
  Conv2DBackpropFilter: ofFilters(false),
  DepthwiseConv2dNative: unlessEmpty(forward(true)),
  DepthwiseConv2dNativeBackpropInput: ofImages(true),
  DepthwiseConv2dNativeBackpropFilter: ofFilters(true),
  Conv3D: unlessEmpty(forward(false)),
  Conv3DBackpropInputV2: ofImages(false),
  Conv3DBackpropFilterV2: ofFilters(false),
};
