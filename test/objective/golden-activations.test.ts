import { beforeAll, describe, expect, it } from "vitest";
import { ready, tf } from "../../lib/engine";
import { block, encode, patchGrid, positionEmbedding, predict, predictorNames, standardize } from "../../lib/model";
import { attention } from "../../lib/model/attention";
import { lastTokens } from "../../lib/model/block";
import { embedPatches } from "../../lib/model/encoder";
import { layerNorm } from "../../lib/model/layer-norm";
import { predictorTokens } from "../../lib/model/predictor";
import { latents, losses, type StepInputs } from "../../lib/objective";
import { expectClose, type GoldenArray, goldenInputs, goldenParameters, loadGolden, type Tensors } from "./golden";

const golden = loadGolden();
const { activations, outputs, positions, run } = golden;
const { model, objective } = run;
let params: Tensors;
let inputs: StepInputs;

beforeAll(async () => {
  await ready();
  params = goldenParameters(golden);
  inputs = goldenInputs(golden);
});

/** Compares tokens, flat or in rows, with a golden array. */
const compare = (tokens: tf.Tensor, expected: GoldenArray | undefined) =>
  expectClose(tf.reshape(tokens, expected?.shape ?? []), expected, 2e-5);

/**
 * The weights that `attention` gives its keys, [R, heads, N, N], read off what it mixes: every head is widened by N
 * channels, in which token n's value is the n-th unit vector and its query and key are nothing.
 */
function attentionWeights(name: string, x: tf.Tensor2D, rows: number, heads: number): tf.Tensor {
  const width = x.shape[1];
  const [tokens, part] = [x.shape[0] / rows, width / heads];
  const [headWidth, wide] = [part + tokens, heads * (part + tokens)];
  const given = tf.split(params[`${name}.weight`] as tf.Tensor, 3);
  const offsets = tf.split(params[`${name}.bias`] as tf.Tensor, 3);
  // Scores are divided by the root of the width of a head.
  const scales = [Math.sqrt(headWidth / part), 1];
  const products = scales.map((scale, index) => {
    const perHead = tf.reshape(given[index] as tf.Tensor, [heads, part, width]);
    const padded = tf.pad(perHead, [
      [0, 0],
      [0, tokens],
      [0, wide - width],
    ]);
    return tf.mul(tf.reshape(padded, [wide, wide]), scale);
  });
  const added = scales.map((scale, index) => {
    const padded = tf.pad(tf.reshape(offsets[index] as tf.Tensor, [heads, part]), [
      [0, 0],
      [0, tokens],
    ]);
    return tf.mul(tf.reshape(padded, [wide]), scale);
  });
  const units = tf.tile(tf.reshape(tf.eye(tokens), [1, tokens, tokens]), [heads, 1, 1]);
  const values = tf.pad(units, [
    [0, 0],
    [0, part],
    [width, wide - width - tokens],
  ]);
  const named = {
    "wide.weight": tf.concat([...products, tf.reshape(values, [wide, wide])]),
    "wide.bias": tf.concat([...added, tf.zeros([wide])]),
  };
  const marked = tf.pad(tf.tile(tf.eye(tokens), [rows, 1]), [
    [0, 0],
    [0, wide - width - tokens],
  ]);
  const seen = tf.concat([x, marked as tf.Tensor2D], 1);
  const mixed = attention(named, "wide", seen, seen, { heads, queries: { rows, tokens }, keys: { rows, tokens } });
  const perHead = tf.reshape(mixed, [rows, tokens, heads, headWidth]);
  return tf.transpose(tf.slice(perHead, [0, 0, 0, 0], [rows, tokens, heads, tokens]), [0, 2, 1, 3]);
}

// Files made by scripts/reference/golden.py hold neither activations of blocks nor gradients of outputs.
describe.skipIf(!activations.student_block0)("inside the golden step", () => {
  it("positions and projected patches are the reference's", async () => {
    const grid = patchGrid(model);
    for (const [ours, theirs] of [
      [positionEmbedding(grid, model.embedDim), positions.encoder],
      [positionEmbedding(grid, model.predictorEmbedDim), positions.predictor],
    ] as const)
      await compare(tf.tensor1d(ours), theirs);
    // The reference's are looked at before positions are added.
    const embedded = embedPatches(params, "student", { images: inputs.images }, model);
    const images = inputs.images.shape[0];
    const added = tf.tile(tf.tensor(positions.encoder.values, positions.encoder.shape), [images, 1]);
    await compare(tf.sub(embedded, added), activations.student_patch_embed);
  });

  it("the student's attention and blocks are the reference's", async () => {
    const [rows, tokens] = inputs.context.shape;
    let x = embedPatches(params, "student", { images: inputs.images, patches: inputs.context }, model);
    const normed = layerNorm(params, "encoder.blocks.0.norm1", x);
    const weights = attentionWeights("encoder.blocks.0.attn.qkv", normed, rows, model.numHeads);
    await compare(weights, activations.student_block0_attn_weights);
    for (let index = 0; index < model.depth; index++) {
      x = block(params, `encoder.blocks.${index}`, x, { rows, tokens }, model.numHeads);
      await compare(x, activations[`student_block${index}`]);
    }
  });

  it("the teacher's normalized tokens are the reference's", async () => {
    const tokens = encode(params, "teacher", { images: inputs.images }, model);
    const normed = standardize(tf.reshape(tokens, [-1, model.embedDim]), 1e-5);
    await compare(normed, activations.teacher_full_layernormed);
  });

  it.each(["c", "n"] as const)("predictor %s's input and blocks are the reference's", async (which) => {
    const names = predictorNames(which, model);
    const seen = {
      context: encode(params, "student", { images: inputs.images, patches: inputs.context }, model),
      contextIndices: inputs.context,
      targetIndices: inputs.targets,
      noise: which === "n" ? (inputs.noise as tf.Tensor3D) : undefined,
    };
    const [rows, wanted] = inputs.targets.shape;
    const shape = { rows, tokens: inputs.context.shape[1] + wanted };
    let x = predictorTokens(params, names, seen, model);
    await compare(x, activations[`predictor_${which}_input`]);
    for (let index = 0; index < model.predictorDepth; index++) {
      const name = `${names.weights}.predictor_blocks.${index}`;
      const expected = activations[`predictor_${which}_block${index}`] as GoldenArray;
      // The step computes no more than the targets' tokens of the last block.
      const kept = lastTokens(shape, wanted);
      const last = block(params, name, x, shape, model.predictorNumHeads, undefined, kept);
      x = block(params, name, x, shape, model.predictorNumHeads);
      await compare(x, expected);
      const all = tf.tensor2d(expected.values, [rows * shape.tokens, model.predictorEmbedDim]);
      await expectClose(last, { shape: last.shape, values: kept.take(all).dataSync() as Float32Array }, 2e-5);
    }
  });

  it("the loss's gradients by the student's output and by both predictions are the reference's", async () => {
    const { targets, clean, noisy } = latents(params, inputs, run);
    const byPredictions = tf.grads((c: tf.Tensor, n: tf.Tensor) => {
      return losses({ targets, clean: c as tf.Tensor3D, noisy: n as tf.Tensor3D }, objective).loss;
    });
    const [byClean, byNoisy] = byPredictions([clean, noisy as tf.Tensor3D]);
    await expectClose(byClean, outputs.d_pred_c, 2e-6, 1e-4);
    await expectClose(byNoisy, outputs.d_pred_n, 2e-6, 1e-4);

    const byContext = tf.grad((context: tf.Tensor) => {
      const seen = {
        context: context as tf.Tensor3D,
        contextIndices: inputs.context,
        targetIndices: inputs.targets,
      };
      const predictions = {
        clean: predict(params, predictorNames("c", model), seen, model),
        noisy: predict(params, predictorNames("n", model), { ...seen, noise: inputs.noise as tf.Tensor3D }, model),
      };
      return losses({ targets, ...predictions }, objective).loss;
    });
    const found = byContext(encode(params, "student", { images: inputs.images, patches: inputs.context }, model));
    await expectClose(found, outputs.d_encoder_output, 2e-6, 1e-4);
    // A file of zeros would agree with anything small.
    expect(Math.max(...(outputs.d_encoder_output?.values ?? []))).toBeGreaterThan(1e-3);
  });
});
