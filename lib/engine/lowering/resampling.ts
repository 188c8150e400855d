import { TF } from "../native/dtype";
import { take } from "./indices";
import type { Module, Value } from "./module";
import {
  binary,
  broadcast,
  compare,
  convert,
  fill,
  type LoweredOp,
  type Lowering,
  reshape,
  select,
  transpose,
  unary,
} from "./op";
import { dot } from "./products";
import { iota } from "./shapes";

/** Images, [B, H, W, C], sampled at other positions: a product with a weight matrix for each axis. */

const round = Math.fround;

/** The position of each of `out` samples among `size` pixels, as TensorFlow computes it in float32. */
function placesOf(op: LoweredOp, size: number, out: number): number[] {
  const isAligned = op.attribute("align_corners", false) && out > 1;
  const scale = round(isAligned ? (size - 1) / (out - 1) : size / out);
  const isHalf = op.attribute("half_pixel_centers", false);
  return Array.from({ length: out }, (_, at) => (isHalf ? round(round(at + 0.5) * scale) : round(at * scale)));
}

function nearestPlaces(op: LoweredOp, size: number, out: number): number[] {
  const isAligned = op.attribute("align_corners", false);
  return placesOf(op, size, out).map((place) => Math.min(isAligned ? Math.round(place) : Math.floor(place), size - 1));
}

/** [out, size]: the weight of each old pixel in each new one. */
function bilinearWeights(op: LoweredOp, size: number, out: number): Float32Array {
  const weights = new Float32Array(out * size);
  const isHalf = op.attribute("half_pixel_centers", false);
  for (const [row, place] of placesOf(op, size, out).entries()) {
    const at = isHalf ? round(place - 0.5) : place;
    const below = Math.floor(at);
    const share = round(at - below);
    const [low, high] = [Math.max(below, 0), Math.min(Math.ceil(at), size - 1)];
    weights[row * size + low] = (weights[row * size + low] as number) + round(1 - share);
    weights[row * size + high] = (weights[row * size + high] as number) + share;
  }
  return weights;
}

function nearestWeights(op: LoweredOp, size: number, out: number): Float32Array {
  const weights = new Float32Array(out * size);
  for (const [row, place] of nearestPlaces(op, size, out).entries()) weights[row * size + place] = 1;
  return weights;
}

/** The rows and columns of x multiplied by matrices; `side` is the matrices' axis that is summed with x's. */
function resampled(module: Module, x: Value, rows: Value, columns: Value, side: 0 | 1): Value {
  const once = (value: Value, matrix: Value, axis: 1 | 2) => {
    // [B, …, C, new]: the new pixels are last, and move back to their axis.
    const made = dot(module, value, matrix, { batching: [[], []], contracting: [[axis], [side]] }, x.dtype);
    return transpose(module, made, axis === 1 ? [0, 3, 1, 2] : [0, 1, 3, 2]);
  };
  return once(once(x, rows, 1), columns, 2);
}

type Weights = (op: LoweredOp, size: number, out: number) => Float32Array;

const resized =
  (weights: Weights): Lowering =>
  (op) => {
    const { module, shape } = op;
    const x = convert(module, op.inputs[0] as Value, TF.float32);
    const matrix = (axis: 1 | 2) => {
      const [size, out] = [x.shape[axis] as number, shape[axis] as number];
      return module.constant([out, size], TF.float32, weights(op, size, out));
    };
    return resampled(module, x, matrix(1), matrix(2), 1);
  };

const resizedGradient =
  (weights: Weights): Lowering =>
  (op) => {
    const { module, shape } = op;
    const gradient = convert(module, op.inputs[0] as Value, TF.float32);
    const matrix = (axis: 1 | 2) => {
      const [size, out] = [shape[axis] as number, gradient.shape[axis] as number];
      return module.constant([out, size], TF.float32, weights(op, size, out));
    };
    return resampled(module, gradient, matrix(1), matrix(2), 0);
  };

/** Nearest-neighbor resizing by gathering, not multiplying, so that every dtype is preserved. */
const nearest: Lowering = (op) => {
  const { module, shape } = op;
  return ([1, 2] as const).reduce((x, axis) => {
    const places = nearestPlaces(op, x.shape[axis] as number, shape[axis] as number);
    return take(module, x, module.constant([places.length], TF.int32, places), axis);
  }, op.inputs[0] as Value);
};

/** Boxes of images, each resized; pixels outside the image get a fixed value. */
const cropAndResize: Lowering = (op) => {
  const { module, inputs, shape } = op;
  const [given, boxes, ofImage] = inputs as [Value, Value, Value];
  const images = take(module, convert(module, given, TF.float32), ofImage, 0);
  const [count] = shape as [number];
  const isNearest = op.attribute<string>("method", "bilinear") === "nearest";
  const column = (at: number) => {
    const text = `stablehlo.slice ${boxes.name} [0:${count}:1, ${at}:${at + 1}:1]`;
    return module.emit(text, [count, 1], TF.float32, [boxes]);
  };
  const times = (x: Value, by: number) => binary(module, "multiply", x, fill(module, by, x));
  const along = (axis: 1 | 2) => {
    const [size, out] = [given.shape[axis] as number, shape[axis] as number];
    const [from, to] = [column(axis - 1), column(axis + 1)];
    const wide = (x: Value) => broadcast(module, x, [count, out]);
    const start = times(out > 1 ? from : binary(module, "add", from, to), out > 1 ? size - 1 : 0.5 * (size - 1));
    const scale = times(binary(module, "subtract", to, from), out > 1 ? round((size - 1) / (out - 1)) : 0);
    const steps = convert(module, iota(module, [count, out], 1), TF.float32);
    const places = binary(module, "add", wide(start), binary(module, "multiply", steps, wide(scale)));
    const inside = binary(
      module,
      "and",
      compare(module, "GE", places, fill(module, 0, places)),
      compare(module, "LE", places, fill(module, size - 1, places)),
    );
    const all = [count, out, size];
    const at = isNearest ? unary(module, "round_nearest_afz", places) : places;
    const far = module.emit(`stablehlo.broadcast_in_dim ${at.name}, dims = [0, 1]`, all, TF.float32, [at]);
    const apart = unary(
      module,
      "abs",
      binary(module, "subtract", far, convert(module, iota(module, all, 2), TF.float32)),
    );
    // A tent function of width one interpolates between two pixels.
    const tent = binary(module, "subtract", fill(module, 1, apart), apart);
    return { inside, weights: binary(module, "maximum", tent, fill(module, 0, tent)) };
  };
  const [rows, columns] = [along(1), along(2)];
  const once = (x: Value, weights: Value, axis: 1 | 2) => {
    const made = dot(module, x, weights, { batching: [[0], [0]], contracting: [[axis], [2]] }, TF.float32);
    return transpose(module, made, axis === 1 ? [0, 3, 1, 2] : [0, 1, 3, 2]);
  };
  const values = once(once(images, rows.weights, 1), columns.weights, 2);
  const [height, width] = [shape[1] as number, shape[2] as number];
  const inside = binary(
    module,
    "and",
    broadcast(module, reshape(module, rows.inside, [count, height, 1, 1]), shape),
    broadcast(module, reshape(module, columns.inside, [count, 1, width, 1]), shape),
  );
  return select(module, inside, values, fill(module, op.attribute("extrapolation_value", 0), values));
};

export const resampling: Record<string, Lowering> = {
  ResizeBilinear: resized(bilinearWeights),
  ResizeBilinearGrad: resizedGradient(bilinearWeights),
  ResizeNearestNeighbor: nearest,
  ResizeNearestNeighborGrad: resizedGradient(nearestWeights),
  CropAndResize: cropAndResize,
};
