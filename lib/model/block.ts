import { tf } from "../engine";
import { attention, type TokenRows } from "./attention";
import { gelu } from "./gelu";
import { layerNorm } from "./layer-norm";
import { linear } from "./linear";
import type { Parameters } from "./parameters";

/**
 * One pre-norm transformer block: attention, then MLP, each added to its input.
 *
 * @param x     [R·N, D]
 * @param bias  of `scoreBias`, or nothing
 * @param last  give only the last so many tokens of each row; the others serve as keys, and what nobody reads is not
 *              computed
 * @returns     [R·N, D], or [R·last, D]
 */
export function block(
  params: Parameters,
  name: string,
  x: tf.Tensor2D,
  { rows, tokens }: TokenRows,
  heads: number,
  bias?: tf.Tensor4D,
  last: number = tokens,
): tf.Tensor2D {
  const normed = layerNorm(params, `${name}.norm1`, x);
  const kept = { rows, tokens: last };
  const layout = { heads, queries: kept, keys: { rows, tokens } };
  const queries = lastTokens(normed, { rows, tokens }, last);
  const mixed = attention(params, `${name}.attn.qkv`, queries, normed, layout, bias);
  const attended: tf.Tensor2D = tf.add(
    lastTokens(x, { rows, tokens }, last),
    linear(params, `${name}.attn.proj`, mixed),
  );
  const hidden = gelu(linear(params, `${name}.mlp.fc1`, layerNorm(params, `${name}.norm2`, attended)));
  return tf.add(attended, linear(params, `${name}.mlp.fc2`, hidden));
}

function lastTokens(x: tf.Tensor2D, { rows, tokens }: TokenRows, last: number): tf.Tensor2D {
  if (last === tokens) return x;
  const width = x.shape[1];
  const kept = tf.slice(tf.reshape(x, [rows, tokens, width]), [0, tokens - last, 0], [rows, last, width]);
  return tf.reshape(kept, [rows * last, width]);
}
