import { ATTRIBUTE, type OpAttribute } from "../native/attributes";
import { TF } from "../native/dtype";

/** In what number format a compiled function multiplies matrices; everything else is float32. */
export type Precision = "float32" | "bfloat16";

/** An op and its attributes as they are added to a graph. */
interface Product {
  op: string;
  attributes: OpAttribute[];
  /** Of the op's output, which is cast back to float32 unless it is that already. */
  output: number;
}

/** What a matrix product says about which of its sides are transposed, by the op's name. */
const PRODUCTS: Record<string, readonly [string, string]> = {
  MatMul: ["transpose_a", "transpose_b"],
  BatchMatMul: ["adj_x", "adj_y"],
  BatchMatMulV2: ["adj_x", "adj_y"],
};

/** Whether the op is a product of matrices, which bfloat16 is for. */
export function isMatrixProduct(op: string): boolean {
  return Object.hasOwn(PRODUCTS, op) || op === "Einsum";
}

/**
 * A product of matrices in bfloat16, given its float32 form.
 *
 * Under XLA the sum over products is kept and given out in float32. TensorFlow's own ops sum in float32 too, but
 * have no form that gives it out: there the result is rounded to bfloat16 once.
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
