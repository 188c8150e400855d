import { describe, expect, it } from "vitest";
import { compile, statelessUniform, tf } from "../../lib/engine";
import { LOWERINGS } from "../../lib/engine/lowering";
import { rng } from "../../lib/random";
import { hasPlugin } from "./pjrt-device";

const isHere = await hasPlugin();
const drawn = (name: string, shape: number[]) =>
  tf.sub(tf.mul(statelessUniform(shape, tf.tensor1d(rng(0).fold(name).key(), "int32")), 4), 2) as tf.Tensor;

const filters = (x: tf.Tensor) => tf.reshape(x, [2, 2, 2, 3]) as tf.Tensor4D;
const channelFilters = (x: tf.Tensor) => tf.reshape(x, [2, 3, 2, 2]) as tf.Tensor4D;
const volume = (image: tf.Tensor4D) => tf.reshape(image, [1, 3, 2, 6, 2]) as tf.Tensor5D;
const squares = (x: tf.Tensor) => tf.sum(tf.square(x)) as tf.Scalar;

type Case = (x: tf.Tensor, y: tf.Tensor, image: tf.Tensor4D, int: tf.Tensor) => tf.Tensor;

/** By the op that they are there for, or in lower case what TensorFlow.js writes with several: functions of x and y [4, 6] from [−2, 2), an image [1, 6, 6, 2], and int32 [4, 6] from [−7, 7]. */
const cases: Record<string, Case> = {
  Add: (x, y) => tf.add(x, tf.slice(y, [0, 0], [1, 6])),
  Sub: (x, y) => tf.sub(x, y),
  RealDiv: (x, y) => tf.div(x, tf.add(tf.abs(y), 1)),
  Maximum: (x, y) => tf.maximum(x, y),
  Minimum: (x, y) => tf.minimum(x, y),
  Pow: (x) => tf.pow(tf.abs(x), 1.5),
  Atan2: (x, y) => tf.atan2(x, y),
  FloorDiv: (_x, _y, _image, int) => tf.floorDiv(int, tf.scalar(3, "int32")),
  FloorMod: (_x, _y, _image, int) => tf.mod(int, tf.scalar(-3, "int32")),
  "FloorMod of floats": (x) => tf.mod(x, tf.scalar(0.7)),
  SquaredDifference: (x, y) => tf.squaredDifference(x, y),
  LogicalAnd: (x, y) => tf.logicalAnd(tf.greater(x, 0), tf.less(y, 0)),
  LogicalOr: (x, y) => tf.logicalOr(tf.greaterEqual(x, 0), tf.lessEqual(y, 0)),
  LogicalNot: (x) => tf.logicalNot(tf.greater(x, 0)),
  Equal: (_x, _y, _image, int) => tf.equal(int, tf.scalar(3, "int32")),
  NotEqual: (_x, _y, _image, int) => tf.notEqual(int, tf.scalar(3, "int32")),
  Abs: (x) => tf.abs(x),
  Neg: (x) => tf.neg(x),
  Exp: (x) => tf.exp(x),
  Expm1: (x) => tf.expm1(x),
  Log: (x) => tf.log(tf.abs(x)),
  Log1p: (x) => tf.log1p(tf.abs(x)),
  Rsqrt: (x) => tf.rsqrt(tf.abs(x)),
  Sin: (x) => tf.sin(x),
  Cos: (x) => tf.cos(x),
  Tan: (x) => tf.tan(x),
  Tanh: (x) => tf.tanh(x),
  Sigmoid: (x) => tf.sigmoid(x),
  Floor: (x) => tf.floor(x),
  Ceil: (x) => tf.ceil(x),
  Round: () => tf.round(tf.tensor1d([0.5, 1.5, 2.5, -0.5, -1.5, 0.3])),
  sign: (x) => tf.sign(x),
  Erf: (x) => tf.erf(x),
  Asin: (x) => tf.asin(tf.div(x, 2)),
  Acos: (x) => tf.acos(tf.div(x, 2)),
  Atan: (x) => tf.atan(x),
  Sinh: (x) => tf.sinh(x),
  Cosh: (x) => tf.cosh(x),
  Asinh: (x) => tf.asinh(x),
  Acosh: (x) => tf.acosh(tf.add(1.5, tf.abs(x))),
  Atanh: (x) => tf.atanh(tf.div(x, 2.1)),
  Reciprocal: (x) => tf.reciprocal(x),
  Relu: (x) => tf.relu(x),
  Relu6: (x) => tf.relu6(tf.mul(x, 5)),
  LeakyRelu: (x) => tf.leakyRelu(x, 0.1),
  Elu: (x) => tf.elu(x),
  Selu: (x) => tf.selu(x),
  EluGrad: (x) => tf.grad((z) => tf.sum(tf.square(tf.elu(z))))(x),
  Softplus: (x) => tf.softplus(x),
  IsNan: (x) => tf.isNaN(tf.sqrt(x)),
  IsInf: (x) => tf.isInf(tf.div(x, tf.relu(x))),
  Cast: (x) => tf.cast(x, "int32"),
  "Cast to bool": (x) => tf.cast(tf.relu(x), "bool"),
  AddN: (x, y) => tf.addN([x, y, x]),
  clip: (x) => tf.clipByValue(x, -1, 0.5),
  where: (x, y) => tf.where(tf.greater(x, 0), x, y),
  Softmax: (x) => tf.softmax(x),
  "log softmax": (x) => tf.logSoftmax(x),
  Transpose: (x) => tf.transpose(x),
  ReverseV2: (x) => tf.reverse(x, [0, 1]),
  StridedSlice: (x) => tf.stridedSlice(x, [3, 1], [0, 6], [-2, 2]),
  PadV2: (x) =>
    tf.pad(
      x,
      [
        [1, 0],
        [0, 2],
      ],
      7,
    ),
  MirrorPad: (x) =>
    tf.mirrorPad(
      x,
      [
        [1, 2],
        [2, 1],
      ],
      "reflect",
    ),
  "MirrorPad symmetric": (x) =>
    tf.mirrorPad(
      x,
      [
        [1, 2],
        [2, 1],
      ],
      "symmetric",
    ),
  Tile: (x) => tf.tile(x, [2, 3]),
  OneHot: () => tf.oneHot(tf.tensor1d([2, 0, 5], "int32"), 4),
  BatchToSpaceND: (_x, _y, image) =>
    tf.batchToSpaceND(
      tf.tile(image, [4, 1, 1, 1]),
      [2, 2],
      [
        [1, 0],
        [0, 1],
      ],
    ),
  SpaceToBatchND: (_x, _y, image) =>
    tf.spaceToBatchND(
      image,
      [2, 3],
      [
        [0, 0],
        [1, 2],
      ],
    ),
  ConcatV2: (x, y) => tf.concat([x, y], 1),
  Pack: (x, y) => tf.stack([x, y], 1),
  Unpack: (x) => tf.stack(tf.unstack(x, 0).reverse(), 0),
  SplitV: (x) => tf.concat(tf.split(x, [2, 3, 1], 1).reverse(), 1),
  Sum: (x) => tf.sum(x, 0, true),
  "Sum of int32": (_x, _y, _image, int) => tf.sum(int, 1),
  Prod: (x) => tf.prod(x, 1),
  Max: (x) => tf.max(x, 1),
  Min: (_x, _y, _image, int) => tf.min(int, 0),
  All: (x) => tf.all(tf.greater(x, -1.9), 0),
  Any: (x) => tf.any(tf.greater(x, 1.9), 1),
  Mean: (x) => tf.mean(x, [0, 1]),
  ArgMax: (x) => tf.argMax(x, 1),
  "ArgMax past NaN": (x) => tf.argMax(tf.log(x), 1),
  "ArgMin past NaN": (x) => tf.argMin(tf.log(x), 1),
  "Max of NaN": (x) => tf.max(tf.log(x), 1),
  "Min of NaN": (x) => tf.min(tf.log(x), 0),
  "Bincount of two axes": (_x, _y, _image, int) => tf.bincount(tf.abs(int) as tf.Tensor1D, tf.tensor1d([]), 8),
  ArgMin: (_x, _y, _image, int) => tf.argMin(int, 0),
  Cumsum: (x) => tf.cumsum(x, 1, true, true),
  Cumprod: (x) => tf.cumprod(x, 0),
  TopKV2: (x) => tf.topk(x, 3).values,
  "TopKV2's places": (x) => tf.topk(x, 3).indices,
  product: (x, y) => tf.matMul(x, y, true, false),
  BatchMatMulV2: (x, y) => tf.matMul(tf.reshape(x, [2, 2, 6]), tf.reshape(y, [1, 6, 4])),
  Einsum: (x, y) => tf.einsum("ij,kj->ki", x, y),
  GatherV2: (x) =>
    tf.gather(
      x,
      tf.tensor2d(
        [
          [1, 5],
          [0, 2],
        ],
        [2, 2],
        "int32",
      ),
      1,
    ),
  "GatherV2 by batches": (x) => tf.gather(x, tf.tensor2d([[1], [0], [5], [3]], [4, 1], "int32"), 1, 1),
  GatherNd: (x) =>
    tf.gatherND(
      x,
      tf.tensor2d(
        [
          [1, 2],
          [3, 5],
        ],
        [2, 2],
        "int32",
      ),
    ),
  ScatterNd: (x) => tf.scatterND(tf.tensor2d([[1], [3], [1], [0]], [4, 1], "int32"), x, [5, 6]),
  TensorScatterUpdate: (x, y) =>
    tf.tensorScatterUpdate(x, tf.tensor2d([[2], [0]], [2, 1], "int32"), tf.slice(y, [0, 0], [2, 6])),
  UnsortedSegmentSum: (x) => tf.unsortedSegmentSum(x, tf.tensor1d([1, 0, 1, 2], "int32"), 3),
  Conv2D: (x, _y, image) => tf.conv2d(image, filters(x), [2, 1], "same"),
  Conv2DBackpropInput: (x, _y, image) =>
    tf.grad((z) => squares(tf.conv2d(z as tf.Tensor4D, filters(x), [2, 1], "same")))(image),
  Conv2DBackpropFilter: (x, _y, image) => tf.grad((z) => squares(tf.conv2d(image, filters(z), 2, "valid")))(x),
  DepthwiseConv2dNative: (x, _y, image) => tf.depthwiseConv2d(image, channelFilters(x), 1, "valid"),
  DepthwiseConv2dNativeBackpropInput: (x, _y, image) =>
    tf.grad((z) => squares(tf.depthwiseConv2d(z as tf.Tensor4D, channelFilters(x), 2, "same")))(image),
  DepthwiseConv2dNativeBackpropFilter: (x, _y, image) =>
    tf.grad((z) => squares(tf.depthwiseConv2d(image, channelFilters(z), 1, "same")))(x),
  Conv3D: (x, _y, image) => tf.conv3d(volume(image), tf.reshape(x, [2, 2, 1, 2, 3]) as tf.Tensor5D, 1, "same"),
  MaxPool: (_x, _y, image) => tf.maxPool(image, [3, 2], [2, 2], "same"),
  MaxPoolGrad: (_x, _y, image) => tf.grad((z) => squares(tf.maxPool(z as tf.Tensor4D, [3, 2], 2, "same")))(image),
  AvgPool: (_x, _y, image) => tf.avgPool(image, [3, 3], [2, 2], "same"),
  AvgPoolGrad: (_x, _y, image) => tf.grad((z) => squares(tf.avgPool(z as tf.Tensor4D, [3, 3], 2, "same")))(image),
  MaxPool3D: (_x, _y, image) => tf.maxPool3d(volume(image), 2, 1, "valid"),
  "MaxPool past NaN": (_x, _y, image) => tf.maxPool(tf.log(tf.add(image, 1.9)) as tf.Tensor4D, 2, 1, "valid"),
  MaxPoolWithArgmax: (_x, _y, image) => tf.maxPoolWithArgmax(image, 2, 2, "same").indexes as tf.Tensor,
  Dilation2D: (x, _y, image) => tf.dilation2d(image, tf.reshape(x, [3, 4, 2]) as tf.Tensor3D, 1, "same"),
  ResizeBilinear: (_x, _y, image) => tf.image.resizeBilinear(image, [4, 9], false, true),
  ResizeBilinearGrad: (_x, _y, image) =>
    tf.grad((z) => squares(tf.image.resizeBilinear(z as tf.Tensor4D, [4, 9], true)))(image),
  ResizeNearestNeighbor: (_x, _y, image) => tf.image.resizeNearestNeighbor(image, [9, 4]),
  CropAndResize: (_x, _y, image) =>
    tf.image.cropAndResize(image, [[0.1, -0.2, 0.9, 0.7]], tf.tensor1d([0], "int32"), [3, 5], "bilinear", 7),
  LRN: (_x, _y, image) => tf.localResponseNormalization(image, 1, 1, 0.5, 0.75),
  DepthToSpace: (_x, _y, image) => tf.depthToSpace(tf.concat([image, tf.neg(image)], 3) as tf.Tensor4D, 2),
  Diag: (x) => tf.diag(tf.reshape(x, [24])),
  "division by zero": (x) => tf.divNoNan(x, tf.relu(x)),
  SparseToDense: () =>
    tf.sparseToDense(
      [
        [0, 1],
        [2, 0],
      ],
      [5, 6],
      [3, 2],
      9,
    ),
  LowerBound: (x) => tf.lowerBound(tf.tensor1d([-1, 0, 0.5, 1]), tf.reshape(x, [24]) as tf.Tensor1D),
  Complex: (x, y) => tf.abs(tf.mul(tf.complex(x, y), tf.complex(y, x))),
  FFT: (x, y) => tf.real(tf.fft(tf.complex(x, y))),
};

describe.skipIf(!isHere)("each op in StableHLO", () => {
  const given = () => [
    drawn("x", [4, 6]),
    drawn("y", [4, 6]),
    drawn("image", [1, 6, 6, 2]),
    tf.cast(tf.mul(drawn("int", [4, 6]), 3.5), "int32"),
  ];

  it("gives what it gives eagerly, all compiled as one program", async () => {
    const names = Object.keys(cases);
    const all = (...args: tf.Tensor[]) =>
      Object.fromEntries(names.map((name) => [name, (cases[name] as Case)(...(args as Parameters<Case>))]));
    const args = given();
    const compiled = compile(all, { backend: "pjrt", name: "ops" });
    const [got, expected] = [await compiled(...args), all(...args)];
    const wrong = names.filter((name) => {
      const [ours, theirs] = [got[name] as tf.Tensor, expected[name] as tf.Tensor];
      if (ours.shape.join() !== theirs.shape.join() || ours.dtype !== theirs.dtype) return true;
      const values = theirs.dataSync();
      return ours.dataSync().some((value, at) => !isNear(value, values[at] as number));
    });
    expect(wrong).toEqual([]);
    const named = new Set(names.filter((name) => /^[A-Z]/.test(name)).map((name) => name.split(/[' ]/)[0]));
    const used = new Set(compiled.opCounts()[0]?.keys());
    expect([...named].filter((name) => !used.has(name as string) && LOWERINGS.has(name as string))).toEqual([]);
    compiled.dispose();
  });
});

function isNear(value: number, wanted: number): boolean {
  return (
    Object.is(value, wanted) || value === wanted || Math.abs(value - wanted) < 2e-5 * Math.max(1, Math.abs(wanted))
  );
}
