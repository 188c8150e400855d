import { tf } from "../engine";
import { attention, type TokenRows } from "./attention";
import { gelu } from "./gelu";
import { layerNorm } from "./layer-norm";
import { linear } from "./linear";
import type { Parameters } from "./parameters";

/** Which tokens of each row a block outputs; the others serve only as keys, and unused outputs are not computed. */
export interface KeptTokens {
  /** Output tokens per row. */
  tokens: number;
  /** [R·N, D] to [R·tokens, D]. */
  take(x: tf.Tensor2D): tf.Tensor2D;
}

/**
 * One pre-norm transformer block: attention, then MLP, each added to its input.
 *
 * @param x     [R·N, D]
 * @param bias  from `scoreBias`, or nothing
 * @param kept  absent: all tokens
 * @param onAttended  called with the tokens between attention and MLP, for inspection
 * @returns     [R·N, D], or [R·kept, D]
 */
export function block(
  params: Parameters,
  name: string,
  x: tf.Tensor2D,
  { rows, tokens }: TokenRows,
  heads: number,
  bias?: tf.Tensor4D,
  kept: KeptTokens = { tokens, take: (all) => all },
  onAttended?: (attended: tf.Tensor2D) => void,
): tf.Tensor2D {
  const normed = layerNorm(params, `${name}.norm1`, x);
  const layout = { heads, queries: { rows, tokens: kept.tokens }, keys: { rows, tokens } };
  const mixed = attention(params, `${name}.attn.qkv`, kept.take(normed), normed, layout, bias);
  const attended: tf.Tensor2D = tf.add(kept.take(x), linear(params, `${name}.attn.proj`, mixed));
  onAttended?.(attended);
  const hidden = gelu(linear(params, `${name}.mlp.fc1`, layerNorm(params, `${name}.norm2`, attended)));
  return tf.add(attended, linear(params, `${name}.mlp.fc2`, hidden));
}

/** The last tokens of each row. */
export function lastTokens({ rows, tokens }: TokenRows, last: number): KeptTokens {
  const take = (x: tf.Tensor2D): tf.Tensor2D => {
    const width = x.shape[1];
    const taken = tf.slice(tf.reshape(x, [rows, tokens, width]), [0, tokens - last, 0], [rows, last, width]);
    return tf.reshape(taken, [rows * last, width]);
  };
  return { tokens: last, take };
}
