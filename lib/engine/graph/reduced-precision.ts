import type { OpAttribute } from "../native/attributes";
import { TF } from "../native/dtype";
import type { GraphOutput } from "../native/pointer";
import type { GraphBuilder } from "./graph-builder";
import { bfloat16Product, isMatrixProduct } from "./precision";

/** The op of `reducePrecision`, which exists only in a capture. */
export const REDUCE_PRECISION = "ReducePrecision";

/** Ops that move values without changing them: of a rounded value they move the rounded form. */
const MOVES: readonly string[] = ["Reshape", "Transpose", "XlaOptimizationBarrier"];
const SUMS: readonly string[] = ["Add", "AddV2"];

const keyOf = ({ oper, index }: GraphOutput): string => `${oper}:${index}`;

/** What a graph computes in bfloat16: its matrix products, and values that are kept in it until they are used. */
export class ReducedPrecision {
  /** By float32 value: its rounding, which all products that read it share. */
  private readonly rounded = new Map<string, GraphOutput>();
  /** By float32 value that is no more than a widened one of bfloat16: that one. */
  private readonly narrow = new Map<string, GraphOutput>();
  /** By float32 value: how the op that computed it is added with a result of bfloat16. */
  private readonly makers = new Map<string, () => GraphOutput>();
  private keepsFloat32 = false;

  /** @param keeps  whether values can be kept in bfloat16, which pays where memory is what a program waits for */
  constructor(
    private readonly builder: GraphBuilder,
    private readonly compiler: "xla" | "graph",
    readonly keeps: boolean,
  ) {}

  /** The result of `compute`, with no product rounded to bfloat16. */
  inFloat32<Result>(compute: () => Result): Result {
    const before = this.keepsFloat32;
    this.keepsFloat32 = true;
    try {
      return compute();
    } finally {
      this.keepsFloat32 = before;
    }
  }

  /** The op's float32 result where bfloat16 is involved; null for any other op. */
  add(name: string, attributes: readonly OpAttribute[], inputs: readonly GraphOutput[]): GraphOutput | null {
    const [first] = inputs as [GraphOutput];
    if (name === REDUCE_PRECISION) return this.widened(this.makers.get(keyOf(first))?.() ?? this.round(first));
    if (this.keepsFloat32) return null;
    const known = this.narrow.get(keyOf(first));
    if (MOVES.includes(name) && known !== undefined) {
      return this.widened(this.builder.addOp(name, attributes, [known, ...inputs.slice(1)]));
    }
    if (inputs.some((input) => this.builder.dtypeOf(input) !== TF.float32)) return null;
    if (isMatrixProduct(name)) return this.product(name, attributes, inputs);
    return this.keeps && SUMS.includes(name) ? this.sum(name, attributes, inputs) : null;
  }

  private round(value: GraphOutput): GraphOutput {
    const key = keyOf(value);
    const rounded = this.narrow.get(key) ?? this.rounded.get(key) ?? this.builder.addCast(value, TF.bfloat16);
    this.rounded.set(key, rounded);
    return rounded;
  }

  /** A float32 value that is stored as `rounded`: XLA converts it wherever it is read. */
  private widened(rounded: GraphOutput): GraphOutput {
    const value = this.builder.addCast(rounded, TF.float32);
    this.narrow.set(keyOf(value), rounded);
    return value;
  }

  private product(name: string, attributes: readonly OpAttribute[], inputs: readonly GraphOutput[]): GraphOutput {
    const sides = inputs.map((input) => this.round(input));
    const of = (keepsRounded: boolean) => bfloat16Product(name, attributes, keepsRounded ? "graph" : this.compiler);
    const { op, attributes: stated, output } = of(false);
    const result = this.builder.addOp(op, stated, sides);
    if (output !== TF.float32) return this.builder.addCast(result, TF.float32);
    const short = of(true);
    this.makers.set(keyOf(result), () => this.builder.addOp(short.op, short.attributes, sides));
    return result;
  }

  /** A product plus one row, such as a linear layer's bias, is also known in bfloat16: libraries add both at once. */
  private sum(name: string, attributes: readonly OpAttribute[], inputs: readonly GraphOutput[]): GraphOutput | null {
    const [product, row] = inputs as [GraphOutput, GraphOutput];
    const maker = this.makers.get(keyOf(product));
    if (maker === undefined || this.builder.shapeOf(row, name).length !== 1) return null;
    const result = this.builder.addOp(name, attributes, inputs);
    this.makers.set(keyOf(result), () => this.builder.addOp(name, attributes, [maker(), this.round(row)]));
    return result;
  }
}
