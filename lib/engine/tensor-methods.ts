import { inspect } from "node:util";
import * as tf from "@tensorflow/tfjs-core";

/** Ops that are methods of their first argument: `x.mean(0)` is `tf.mean(x, 0)`. TensorFlow.js's own list, 4.22.0. */
const methods = `abs acos acosh add all any argMax argMin asin asinh atan atan2 atanh avgPool batchNorm batchToSpaceND
  broadcastTo cast ceil clipByValue conv1d conv2d conv2dTranspose cos cosh cumprod cumsum depthToSpace depthwiseConv2d
  dilation2d div divNoNan dot elu equal erf euclideanNorm exp expandDims expm1 fft floor floorDiv gather greater
  greaterEqual ifft irfft isFinite isInf isNaN leakyRelu less lessEqual localResponseNormalization log log1p logSigmoid
  logSoftmax logSumExp logicalAnd logicalNot logicalOr logicalXor matMul max maxPool maximum mean min minimum mirrorPad mod
  mul neg norm notEqual oneHot onesLike pad pool pow prelu prod reciprocal relu relu6 reshape resizeBilinear
  resizeNearestNeighbor reverse rfft round rsqrt selu separableConv2d sigmoid sign sin sinh slice softmax softplus
  spaceToBatchND split sqrt square squaredDifference squeeze step stridedSlice sub sum tan tanh tile topk transpose unique
  unsortedSegmentSum unstack zerosLike`.split(/\s+/);

type Method = (this: tf.Tensor, ...args: never[]) => unknown;
type Tensors = tf.Tensor | tf.Tensor[];

/** Methods that are not simply an op of the same name. */
const others: Record<string, Method> = {
  asScalar() {
    if (this.size !== 1)
      throw new Error(`asScalar needs a tensor of one element; this one is [${this.shape.join(", ")}]`);
    return tf.reshape(this, []);
  },
  asType(dtype: tf.DataType) {
    return tf.cast(this, dtype);
  },
  flatten() {
    return tf.reshape(this, [this.size]);
  },
  as1D() {
    return tf.reshape(this, [this.size]);
  },
  reshapeAs(other: tf.Tensor) {
    return tf.reshape(this, other.shape);
  },
  concat(other: Tensors, axis?: number) {
    return tf.concat([this, other].flat(), axis);
  },
  stack(other: Tensors, axis?: number) {
    return tf.stack([this, other].flat(), axis);
  },
  toBool() {
    return tf.cast(this, "bool");
  },
  toFloat() {
    return tf.cast(this, "float32");
  },
  toInt() {
    return tf.cast(this, "int32");
  },
  where(condition: tf.Tensor, other: tf.Tensor) {
    return tf.where(condition, this, other);
  },
};
for (const dimensions of [2, 3, 4, 5]) {
  others[`as${dimensions}D`] = function (...sizes: number[]) {
    return tf.reshape(this, sizes);
  };
}

const edge = 3;
/** Larger tensors are not fetched from the device just to print a few elements. */
const mostFetched = 1 << 16;

/** Gives tensors TensorFlow.js's methods, and the form in which Node prints them: shape, dtype and a few values. */
export function completeTensors(): void {
  const prototype = tf.Tensor.prototype as unknown as Record<PropertyKey, unknown>;
  const rooms = [tf, tf.spectral, tf.image] as unknown as Record<string, (...args: unknown[]) => unknown>[];
  for (const name of methods) {
    const op = rooms.map((room) => room[name]).find((one) => one !== undefined);
    if (op === undefined) continue;
    prototype[name] ??= function (this: tf.Tensor, ...args: unknown[]) {
      return op(this, ...args);
    };
  }
  for (const [name, method] of Object.entries(others)) prototype[name] ??= method;
  prototype[inspect.custom] = function (this: tf.Tensor) {
    return tensorText(this);
  };
}

function tensorText(tensor: tf.Tensor): string {
  const head = `Tensor ${tensor.dtype} [${tensor.shape.join(", ")}]`;
  if (tensor.isDisposed) return `${head}, disposed`;
  if (tensor.size > mostFetched) return head;
  try {
    const values = Array.from(tensor.dataSync() as ArrayLike<number | string>);
    const shown = values.length <= 2 * edge + 1 ? values : [...values.slice(0, edge), "…", ...values.slice(-edge)];
    return `${head} ${shown.map(short).join(" ")}`;
  } catch {
    return head; // a tensor being captured has no values yet
  }
}

function short(value: unknown): string {
  return typeof value === "number" && !Number.isInteger(value) ? String(Number(value.toPrecision(4))) : String(value);
}
