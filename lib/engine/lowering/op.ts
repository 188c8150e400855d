import type { OpAttribute } from "../native/attributes";
import { TF } from "../native/dtype";
import type { Module, Value } from "./module";

/** One TensorFlow op to be lowered: its inputs, attributes, and its outputs' inferred shapes. */
export interface LoweredOp {
  name: string;
  module: Module;
  inputs: readonly Value[];
  /** @returns the attribute's value, or the fallback if the op was made without it */
  attribute<T>(name: string, fallback: T): T;
  /** The values of an input that must be known at compile time, such as axes and shapes. */
  constant(input: number): number[];
  /** Of the first output. */
  shape: readonly number[];
  dtype: number;
  /** Of the output at this index. */
  shapeOf(output: number): readonly number[];
}

/** Writes an op in StableHLO and returns its outputs. */
export type Lowering = (op: LoweredOp) => Value | readonly Value[];

/** Why one op cannot be lowered; the caller adds the op's name and the user's line. */
export class NotLowered extends Error {}

export function attributeOf<T>(attributes: readonly OpAttribute[], name: string, fallback: T): T {
  const found = attributes.find((attribute) => attribute.name === name);
  return found === undefined ? fallback : (found.value as T);
}

export const isFloat = ({ dtype }: Pick<Value, "dtype">): boolean =>
  dtype === TF.float32 || dtype === TF.bfloat16 || dtype === TF.float16;

/** A value broadcast to a larger shape. */
export function broadcast(module: Module, value: Value, shape: readonly number[]): Value {
  if (value.shape.join() === shape.join()) return value;
  const first = shape.length - value.shape.length;
  const dims = value.shape.map((_, axis) => axis + first);
  return module.emit(`stablehlo.broadcast_in_dim ${value.name}, dims = [${dims}]`, shape, value.dtype, [value]);
}

/** A shape filled with one number. */
export function fill(module: Module, number: number, { shape, dtype }: Pick<Value, "shape" | "dtype">): Value {
  return broadcast(module, module.scalar(number, dtype), shape);
}

export function reshape(module: Module, value: Value, shape: readonly number[]): Value {
  if (value.shape.join() === shape.join()) return value;
  return module.emit(`stablehlo.reshape ${value.name}`, shape, value.dtype, [value]);
}

export function transpose(module: Module, value: Value, order: readonly number[]): Value {
  if (order.every((axis, at) => axis === at)) return value;
  const shape = order.map((axis) => value.shape[axis] as number);
  return module.emit(`stablehlo.transpose ${value.name}, dims = [${order}]`, shape, value.dtype, [value]);
}

export function convert(module: Module, value: Value, dtype: number): Value {
  if (value.dtype === dtype) return value;
  return module.emit(`stablehlo.convert ${value.name}`, value.shape, dtype, [value]);
}

export type Binary =
  | "add"
  | "subtract"
  | "multiply"
  | "divide"
  | "maximum"
  | "minimum"
  | "and"
  | "or"
  | "xor"
  | "power"
  | "remainder";

/** An op on two values of the same shape and dtype. */
export function binary(module: Module, op: Binary, left: Value, right: Value): Value {
  return module.emitSame(`stablehlo.${op} ${left.name}, ${right.name}`, left);
}

export function unary(module: Module, op: string, value: Value): Value {
  return module.emitSame(`stablehlo.${op} ${value.name}`, value);
}

export type Direction = "EQ" | "NE" | "LT" | "LE" | "GT" | "GE";

export function compare(module: Module, direction: Direction, left: Value, right: Value): Value {
  const kind = isFloat(left) ? "FLOAT" : left.dtype === TF.bool || left.dtype === TF.uint8 ? "UNSIGNED" : "SIGNED";
  const text = `stablehlo.compare ${direction}, ${left.name}, ${right.name}, ${kind}`;
  return module.emit(text, left.shape, TF.bool, [left, right]);
}

export function select(module: Module, condition: Value, yes: Value, no: Value): Value {
  const text = `"stablehlo.select"(${condition.name}, ${yes.name}, ${no.name})`;
  return module.emit(text, yes.shape, yes.dtype, [condition, yes, no]);
}

/** Axes with negative indices made nonnegative. */
export function axesOf(axes: readonly number[], rank: number): number[] {
  return axes.map((axis) => (axis < 0 ? axis + rank : axis));
}

/** A reduction over axes, starting from the value `from`. */
export function reduceOver(module: Module, op: Binary, value: Value, axes: readonly number[], from: number): Value {
  const shape = value.shape.filter((_, axis) => !axes.includes(axis));
  const initial = module.scalar(from, value.dtype);
  const text = `stablehlo.reduce(${value.name} init: ${initial.name}) applies stablehlo.${op} across dimensions = [${axes}]`;
  return module.emit(text, shape, value.dtype, [value, initial]);
}
