import * as tf from "@tensorflow/tfjs-core";
import { attribute, type BackendOp, oneOp } from "./backend-op";

/** Ops that TensorFlow supports for fewer dtypes than TensorFlow.js does, or defines differently. */

/** An int32 is already round; TensorFlow 2.21's op returns zeros for it on a CPU. */
const round: BackendOp = {
  name: "Round",
  run: ({ inputs }, runOp) => {
    const x = inputs.x as tf.Tensor;
    return runOp(x.dtype === "int32" ? "Identity" : "Round", [x])[0] as tf.Tensor;
  },
};

/** In TensorFlow.js, the sign of NaN is 0. */
const sign: BackendOp = {
  name: "Sign",
  run: ({ inputs }, runOp) => {
    const x = inputs.x as tf.Tensor;
    if (x.dtype === "int32") return runOp("Sign", [x])[0] as tf.Tensor;
    return tf.tidy(() => tf.sub(tf.cast(tf.greater(x, 0), "float32"), tf.cast(tf.less(x, 0), "float32")));
  },
};

const leakyRelu: BackendOp = {
  name: "LeakyRelu",
  run: ({ inputs, attrs }, runOp) =>
    tf.tidy(() => {
      const attributes = [attribute.float("alpha", attrs.alpha)];
      return runOp("LeakyRelu", [tf.cast(inputs.x as tf.Tensor, "float32")], { attributes })[0] as tf.Tensor;
    }),
};

/** 1 above zero, alpha elsewhere, and NaN where x is. */
const step: BackendOp = {
  name: "Step",
  run: ({ inputs, attrs }) =>
    tf.tidy(() => {
      const x = inputs.x as tf.Tensor;
      const dtype = x.dtype === "int32" ? "int32" : "float32";
      const stepped = tf.where(tf.greater(x, 0), tf.onesLike(x), tf.fill(x.shape, attrs.alpha, dtype));
      return dtype === "int32" ? stepped : tf.where(tf.isNaN(x), x, stepped);
    }),
};

const diag: BackendOp = {
  name: "Diag",
  run: ({ inputs }, runOp) =>
    tf.tidy(() => {
      const x = inputs.x as tf.Tensor;
      if (x.dtype !== "bool") return runOp("Diag", [x])[0] as tf.Tensor;
      return tf.cast(runOp("Diag", [tf.cast(x, "int32")])[0] as tf.Tensor, "bool");
    }),
};

/** TensorFlow expects the indices into a vector as a column. */
const scatterNd: BackendOp = {
  name: "ScatterNd",
  run: ({ inputs, attrs }, runOp) =>
    tf.tidy(() => {
      const { indices, updates } = inputs as { indices: tf.Tensor; updates: tf.Tensor };
      const column = indices.shape.length === 1 ? tf.expandDims(indices, 1) : indices;
      return runOp("ScatterNd", [column, updates, tf.tensor1d(attrs.shape, "int32")])[0] as tf.Tensor;
    }),
};

/** TensorFlow accepts an equation that repeats an axis on one side; TensorFlow.js reports it as unsupported. */
const einsum: BackendOp = {
  name: "Einsum",
  run: ({ inputs, attrs }, runOp) => {
    const operands = Object.values(inputs) as tf.Tensor[];
    const { allDims, idDims, summedDims } = tf.backend_util.decodeEinsumEquation(attrs.equation, operands.length);
    tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, operands);
    tf.backend_util.getEinsumComputePath(summedDims, idDims);
    const attributes = [
      attribute.string("equation", attrs.equation),
      attribute.int("N", operands.length),
      attribute.type("T", operands[0]?.dtype === "int32" ? "int32" : "float32"),
    ];
    return runOp("Einsum", operands, { attributes })[0] as tf.Tensor;
  },
};

export const semanticFixes = [round, sign, leakyRelu, step, diag, scatterNd, einsum, oneOp("BitwiseAnd", ["a", "b"])];
