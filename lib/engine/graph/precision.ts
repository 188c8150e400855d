import { ATTRIBUTE, type OpAttribute } from "../native/attributes";
import { TF } from "../native/dtype";

/** The number format in which a compiled function multiplies matrices. */
export type Precision = "float32" | "bfloat16";

/** An op and its attributes as added to a graph. */
interface Product {
  op: string;
  attributes: OpAttribute[];
  /** The dtype of the op's output, which is cast back to float32 if it differs. */
  output: number;
}

/** A matrix product's attributes for which operands are transposed, by op name. */
const PRODUCTS: Record<string, readonly [string, string]> = {
  MatMul: ["transpose_a", "transpose_b"],
  BatchMatMul: ["adj_x", "adj_y"],
  BatchMatMulV2: ["adj_x", "adj_y"],
};

/** Whether the op is a matrix product, to which bfloat16 applies. */
export function isMatrixProduct(op: string): boolean {
  return Object.hasOwn(PRODUCTS, op) || op === "Einsum";
}

/**
 * A matrix product in bfloat16, given its float32 form.
 *
 * Under XLA products are accumulated and returned in float32. TensorFlow's own ops accumulate in float32 too, but
 * cannot return it: there the result is rounded to bfloat16 once.
 */
export function bfloat16Product(op: string, attributes: readonly OpAttribute[], compiler: "xla" | "graph"): Product {
  const type = (name: string, value: number) => ({ name, type: ATTRIBUTE.type, value });
  const transposed = PRODUCTS[op];
  if (transposed === undefined || compiler === "graph") {
    const others = attributes.filter(({ name }) => name !== "T");
    return { op, attributes: [...others, type("T", TF.bfloat16)], output: TF.bfloat16 };
  }
  const sides = (["adj_x", "adj_y"] as const).map((name, side) => ({
    name,
    type: ATTRIBUTE.bool,
    value: attributes.find((attribute) => attribute.name === transposed[side])?.value ?? false,
  }));
  const types = [type("Ta", TF.bfloat16), type("Tb", TF.bfloat16), type("Tout", TF.float32)];
  return { op: "BatchMatMulV3", attributes: [...sides, ...types], output: TF.float32 };
}
