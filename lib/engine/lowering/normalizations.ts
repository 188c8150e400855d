import type { Module, Value } from "./module";
import { binary, convert, fill, type LoweredOp, type Lowering, NotLowered, unary } from "./op";
import { reduceWindow } from "./reductions";
import { channelsFirst } from "./windows";

/** Normalizations over channels, as TensorFlow defines them. */

/** Sums over each channel's neighbors, [B, H, W, C]. */
function neighbors(op: LoweredOp, x: Value): Value {
  const radius = op.attribute("depth_radius", 5);
  const padding = `dense<[[0, 0], [0, 0], [0, 0], [${radius}, ${radius}]]> : tensor<4x2xi64>`;
  const initial = op.module.scalar(0, x.dtype);
  return reduceWindow(op.module, "add", x, initial, [1, 1, 1, 2 * radius + 1], [1, 1, 1, 1], padding);
}

const times = (module: Module, x: Value, by: number) => binary(module, "multiply", x, fill(module, by, x));

/** bias + alpha · the sum of squares over each channel's neighbors. */
function localNorm(op: LoweredOp, x: Value): Value {
  const { module } = op;
  const squares = neighbors(op, binary(module, "multiply", x, x));
  return binary(
    module,
    "add",
    times(module, squares, op.attribute("alpha", 1)),
    fill(module, op.attribute("bias", 1), x),
  );
}

const localResponse: Lowering = (op) => {
  const { module } = op;
  const [x] = op.inputs as [Value];
  const norm = localNorm(op, x);
  return binary(module, "multiply", x, binary(module, "power", norm, fill(module, -op.attribute("beta", 0.5), norm)));
};

const localResponseGradient: Lowering = (op) => {
  const { module } = op;
  const [gradient, x, y] = op.inputs as [Value, Value, Value];
  const [alpha, beta] = [op.attribute("alpha", 1), op.attribute("beta", 0.5)];
  const norm = localNorm(op, x);
  const own = binary(module, "multiply", gradient, binary(module, "power", norm, fill(module, -beta, norm)));
  const shares = neighbors(op, binary(module, "divide", binary(module, "multiply", gradient, y), norm));
  const others = times(module, binary(module, "multiply", x, shares), 2 * alpha * beta);
  return binary(module, "subtract", own, others);
};

/** (x − mean) / √(variance + epsilon) · scale + offset, with given means and variances. */
const batchNorm: Lowering = (op) => {
  const { module, shape } = op;
  if (op.attribute("is_training", true)) throw new NotLowered("it takes means over the batch");
  const [x, scale, offset, mean, variance] = op.inputs as [Value, Value, Value, Value, Value];
  const channels = channelsFirst(op) ? 1 : shape.length - 1;
  const wide = (value: Value) =>
    module.emit(`stablehlo.broadcast_in_dim ${value.name}, dims = [${channels}]`, shape, value.dtype, [value]);
  const shifted = binary(module, "add", variance, fill(module, op.attribute("epsilon", 1e-4), variance));
  const factor = binary(module, "multiply", unary(module, "rsqrt", shifted), scale);
  const centered = binary(module, "subtract", convert(module, x, mean.dtype), wide(mean));
  const y = binary(module, "add", binary(module, "multiply", centered, wide(factor)), wide(offset));
  return [y, mean, variance, mean, variance];
};

export const normalizations: Record<string, Lowering> = {
  LRN: localResponse,
  LRNGrad: localResponseGradient,
  FusedBatchNorm: batchNorm,
  FusedBatchNormV3: batchNorm,
};
