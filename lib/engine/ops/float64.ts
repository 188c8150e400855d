import { type Rank, scalar, type Tensor, tensor1d } from "@tensorflow/tfjs-core";
import { ATTRIBUTE, type OpAttribute } from "../native/attributes";
import { TF } from "../native/dtype";
import { runOp, theRuntime } from "../runtime";

/**
 * A float64 tensor. TensorFlow.js has no such dtype: it reports "float32", and its own ops refuse the tensor. Use the
 * ops of `float64` on it.
 */
export function float64Tensor<R extends Rank>(values: Float64Array, shape: readonly number[]): Tensor<R> {
  const { backend, eager } = theRuntime();
  const id = eager.createTensor(shape, TF.float64, values);
  return backend.createOutputTensor({ id, shape: [...shape], dtype: TF.float64 }) as Tensor<R>;
}

/** The values of a float64 tensor. */
export function readFloat64(tensor: Tensor): Float64Array {
  const { backend, eager } = theRuntime();
  const [id] = backend.getInputTensorIds([tensor]) as [number];
  return eager.read(id) as Float64Array;
}

const ofType = { name: "T", type: ATTRIBUTE.type, value: TF.float64 };
const isSet = (name: string, value: boolean): OpAttribute => ({ name, type: ATTRIBUTE.bool, value });

function op(name: string, inputs: readonly Tensor[], ...attributes: OpAttribute[]): Tensor {
  return runOp(name, [...attributes, ofType], inputs)[0] as Tensor;
}

function cast(x: Tensor, from: number, to: number): Tensor {
  const attributes = [
    { name: "SrcT", type: ATTRIBUTE.type, value: from },
    { name: "DstT", type: ATTRIBUTE.type, value: to },
    isSet("Truncate", false),
  ];
  return runOp("Cast", attributes, [x])[0] as Tensor;
}

const reduce = (name: string) => (x: Tensor, axis: number, keepDims: boolean) => {
  const axes = tensor1d([axis], "int32");
  const reduced = op(name, [x, axes], isSet("keep_dims", keepDims), {
    name: "Tidx",
    type: ATTRIBUTE.type,
    value: TF.int32,
  });
  axes.dispose();
  return reduced;
};

/** Arithmetic on float64 tensors; shapes broadcast. */
export const float64 = {
  of: (x: Tensor) => cast(x, TF.float32, TF.float64),
  toFloat32: (x: Tensor) => cast(x, TF.float64, TF.float32),
  add: (a: Tensor, b: Tensor) => op("AddV2", [a, b]),
  sub: (a: Tensor, b: Tensor) => op("Sub", [a, b]),
  mul: (a: Tensor, b: Tensor) => op("Mul", [a, b]),
  div: (a: Tensor, b: Tensor) => op("RealDiv", [a, b]),
  exp: (x: Tensor) => op("Exp", [x]),
  log: (x: Tensor) => op("Log", [x]),
  max: reduce("Max"),
  mean: reduce("Mean"),
  sum: reduce("Sum"),
  matMul: (a: Tensor, b: Tensor, { transposeA = false, transposeB = false } = {}) =>
    op("MatMul", [a, b], isSet("transpose_a", transposeA), isSet("transpose_b", transposeB)),
  concat(parts: readonly Tensor[], axis: number): Tensor {
    const along = scalar(axis, "int32");
    const index = { name: "Tidx", type: ATTRIBUTE.type, value: TF.int32 };
    const whole = op("ConcatV2", [...parts, along], { name: "N", type: ATTRIBUTE.int, value: parts.length }, index);
    along.dispose();
    return whole;
  },
  /** L of symmetric positive definite matrices LLᵀ. @throws when one is not positive definite */
  cholesky: (x: Tensor) => op("Cholesky", [x]),
  /** The solution x of Lx = b, or of Lᵀx = b, for lower triangular L [n, d, d] and b [n, d, k]. */
  solveTriangular: (lower: Tensor, b: Tensor, { transposed }: { transposed: boolean }) =>
    op("MatrixTriangularSolve", [lower, b], isSet("lower", true), isSet("adjoint", transposed)),
  /** Eigenvalues of a symmetric matrix, in ascending order. */
  eigenvalues(x: Tensor): Tensor {
    const [values, none] = runOp("SelfAdjointEigV2", [isSet("compute_v", false), ofType], [x], 2) as [Tensor, Tensor];
    none.dispose();
    return values;
  },
  /** The same, and eigenvectors as columns. */
  eigen: (x: Tensor) => runOp("SelfAdjointEigV2", [isSet("compute_v", true), ofType], [x], 2) as [Tensor, Tensor],
} as const;
