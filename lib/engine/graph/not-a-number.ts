import type { OpAttribute } from "../native/attributes";
import { TF } from "../native/dtype";
import type { GraphOutput } from "../native/pointer";
import type { GraphBuilder } from "./graph-builder";

/** Ops that pass over NaN when run eagerly but not in XLA, and the number that comes after all others for them. */
const PASSING_OVER = new Map([
  ["ArgMax", Number.NEGATIVE_INFINITY],
  ["ArgMin", Number.POSITIVE_INFINITY],
  ["MaxPool", Number.NEGATIVE_INFINITY],
  ["MaxPool3D", Number.NEGATIVE_INFINITY],
]);

/** The op's inputs, with every NaN of the first replaced where the op passes over NaN. */
export function passOverNaN(
  builder: GraphBuilder,
  name: string,
  inputs: readonly GraphOutput[],
): readonly GraphOutput[] {
  const [last, [x, ...rest]] = [PASSING_OVER.get(name), inputs];
  if (last === undefined || x === undefined || builder.dtypeOf(x) !== TF.float32) return inputs;
  return [builder.addOp("SelectV2", [], [isNotANumber(builder, x), builder.addScalar(last, TF.float32), x]), ...rest];
}

/**
 * The result of a maximum or minimum, NaN where an operand is NaN, as when run eagerly. TensorFlow's XLA drops NaN on a
 * CPU; its flag that keeps NaN would slow the maximum inside every softmax, which has no need of it.
 */
export function handNaNOn(
  builder: GraphBuilder,
  name: string,
  attributes: readonly OpAttribute[],
  inputs: readonly GraphOutput[],
  result: GraphOutput,
): GraphOutput {
  const [x, other] = inputs as [GraphOutput, GraphOutput];
  if (!["Max", "Min", "Maximum", "Minimum"].includes(name) || builder.dtypeOf(x) !== TF.float32) return result;
  const nan = builder.addScalar(Number.NaN, TF.float32);
  const isBroken = name.endsWith("imum")
    ? builder.addOp("LogicalOr", [], [isNotANumber(builder, x), isNotANumber(builder, other)])
    : builder.addOp("Any", attributes, [isNotANumber(builder, x), other]);
  return builder.addOp("SelectV2", [], [isBroken, nan, result]);
}

const isNotANumber = (builder: GraphBuilder, x: GraphOutput): GraphOutput => builder.addOp("IsNan", [], [x]);
