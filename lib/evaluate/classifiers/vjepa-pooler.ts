import { tf } from "../../engine";
import { attention, gelu, linear, type Parameters, parameter, standardize } from "../../model";
import { rng } from "../../random";

/** Standard deviation of the first weights. */
const STD = 0.02;
/** Epsilon of the pooler's norms: the framework's default, not the encoder's 1e-6. */
const EPSILON = 1e-5;
const MLP_RATIO = 4;

export interface PoolerShape {
  /** Numbers of a token; a multiple of `heads`. */
  width: number;
  /** Attention heads, the encoder's number. */
  heads: number;
  classes: number;
}

/**
 * First parameters of V-JEPA's attentive classifier: one query that attends to all tokens in a block of
 * cross-attention, and a linear layer.
 *
 * @returns values by name, of linear layers [out, in]; the caller disposes of them
 *
 * Source: facebookresearch/jepa@0f772c5, src/models/attentive_pooler.py.
 */
export function poolerParameters({ width, classes }: PoolerShape, seed: number): Parameters {
  const random = rng(seed).fold("vjepa-pooler");
  const drawn = (name: string, shape: readonly [number, number], next: (stream: ReturnType<typeof rng>) => number) => {
    const stream = random.fold(name);
    return tf.tensor2d(
      Float32Array.from({ length: shape[0] * shape[1] }, () => next(stream)),
      [...shape],
    );
  };
  const weight = (name: string, out: number, into: number, scale = 1) => ({
    [`${name}.weight`]: drawn(name, [out, into], (stream) => scale * STD * stream.normal()),
    [`${name}.bias`]: tf.zeros([out]),
  });
  const norm = (name: string) => ({ [`${name}.weight`]: tf.ones([width]), [`${name}.bias`]: tf.zeros([width]) });
  // A linear layer as the framework starts it: uniform within 1/√inputs.
  const bound = 1 / Math.sqrt(width);
  const uniform = (stream: ReturnType<typeof rng>) => bound * (2 * stream.uniform() - 1);
  const bias = random.fold("bias");
  return {
    query: drawn("query", [1, width], (stream) => STD * stream.normal()),
    ...norm("norm1"),
    ...weight("qkv", 3 * width, width),
    ...weight("proj", width, width, Math.SQRT1_2),
    ...norm("norm2"),
    ...weight("fc1", MLP_RATIO * width, width),
    ...weight("fc2", width, MLP_RATIO * width, Math.SQRT1_2),
    "linear.weight": drawn("linear", [classes, width], uniform),
    "linear.bias": tf.tensor1d(Float32Array.from({ length: classes }, () => uniform(bias))),
  };
}

/**
 * Scores of the classes from an image's tokens.
 *
 * @param tokens  [B, N, D]
 * @returns       [B, classes]
 *
 * Source: the same, and src/models/utils/modules.py: the query itself is not normalized before attention.
 */
export function poolerLogits(params: Parameters, tokens: tf.Tensor3D, heads: number): tf.Tensor2D {
  const [rows, count, width] = tokens.shape;
  const norm = (name: string, x: tf.Tensor2D): tf.Tensor2D =>
    tf.add(tf.mul(standardize(x, EPSILON), parameter(params, `${name}.weight`)), parameter(params, `${name}.bias`));
  const query: tf.Tensor2D = tf.tile(parameter(params, "query") as tf.Tensor2D, [rows, 1]);
  const keys = norm("norm1", tf.reshape(tokens, [rows * count, width]));
  const layout = { heads, queries: { rows, tokens: 1 }, keys: { rows, tokens: count } };
  const attended: tf.Tensor2D = tf.add(query, linear(params, "proj", attention(params, "qkv", query, keys, layout)));
  const hidden = gelu(linear(params, "fc1", norm("norm2", attended)));
  return linear(params, "linear", tf.add(attended, linear(params, "fc2", hidden)));
}
