import { sizeFromShape } from "../../shape";
import { ATTRIBUTE } from "../native/attributes";
import { TF } from "../native/dtype";
import type { GraphOutput } from "../native/pointer";
import type { GraphBuilder } from "./graph-builder";

/** Rows shorter than this are summed the ordinary way. */
const SHORTEST = 32;

/** Whether a sum or mean over these axes reduces each row of a float32 tensor, and the rows are long enough. */
export function isRowSum(op: string, dtype: number, shape: readonly number[], axes: readonly number[]): boolean {
  if (op !== "Sum" && op !== "Mean") return false;
  const [axis] = axes;
  const last = shape.length - 1;
  const overRows = axes.length === 1 && (axis === last || axis === -1);
  return dtype === TF.float32 && last >= 1 && overRows && (shape[last] as number) >= SHORTEST;
}

/**
 * The sum or mean of each row, computed in float32 as a product with a column of ones.
 *
 * XLA's CPU code sums rows in two passes over memory and fuses nothing into the first; its products read each row once,
 * on all cores. This makes a layer norm and its gradient take 40 % less time (2 cores, 10240 × 96).
 */
export function addRowSum(
  builder: GraphBuilder,
  op: string,
  x: GraphOutput,
  shape: readonly number[],
  keepDims: boolean,
): GraphOutput {
  const length = shape.at(-1) as number;
  const outer = shape.slice(0, -1);
  const rows = sizeFromShape(outer);
  const column = builder.addFilled([length, 1], op === "Mean" ? 1 / length : 1);
  const reshape = (value: GraphOutput, to: readonly number[]) =>
    builder.addOp("Reshape", [], [value, builder.addVector(to)]);
  const flat = shape.length === 2 ? x : reshape(x, [rows, length]);
  const sides = ["transpose_a", "transpose_b"].map((name) => ({ name, type: ATTRIBUTE.bool, value: false }));
  const sums = builder.addOp("MatMul", sides, [flat, column]);
  return shape.length === 2 && keepDims ? sums : reshape(sums, keepDims ? [...outer, 1] : outer);
}
