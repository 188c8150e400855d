import { tf } from "../engine";
import { requireChoice } from "../errors";
import { patchGrid, positionEmbedding } from "../model";
import { writeDurably } from "../system";
import { encodeSafetensors, type NamedArray } from "./safetensors";
import type { TrainState } from "./state";

/**
 * Writes an encoder as a `.safetensors` file that timm's and PyTorch's vision transformers load: `patch_embed.proj.weight`,
 * `blocks.0.attn.qkv.weight` …, float32, with the fixed positions as `pos_embed` [1, N, D].
 *
 * Its metadata hold, as JSON under `timm`, the matching arguments of timm's `VisionTransformer`; the mean over its
 * output tokens is the feature that `probe` takes from the last layer. Images are normalized as `run.data` says.
 *
 * They also name the encoder, `student` or `teacher`, under `encoder`.
 *
 * @param options  `encoder`: the student (default), or the teacher
 * @throws {ConfigError} for an encoder that is neither
 */
export async function exportEncoder(
  state: TrainState,
  file: string,
  { encoder = "student" }: { encoder?: "student" | "teacher" } = {},
): Promise<void> {
  requireChoice("encoder", encoder, ["student", "teacher"]);
  const { model } = state.run;
  const prefix = encoder === "teacher" ? "target_encoder." : "encoder.";
  const grid = patchGrid(model);
  const arrays: Record<string, NamedArray> = {
    pos_embed: {
      shape: [1, grid.height * grid.width, model.embedDim],
      values: positionEmbedding(grid, model.embedDim),
    },
  };
  tf.tidy(() => {
    for (const [name, tensor] of Object.entries(state.parameters()))
      if (name.startsWith(prefix))
        arrays[name.slice(prefix.length)] = { shape: tensor.shape, values: tensor.dataSync() as Float32Array };
  });
  const { mean, std } = state.run.data;
  const metadata = {
    format: "pt",
    encoder,
    timm: JSON.stringify(timmArguments(state)),
    normalize: JSON.stringify({ mean, std }),
  };
  await writeDurably(file, encodeSafetensors(arrays, metadata));
}

/** No class token, and the norm before the mean over tokens, as in I-JEPA. */
function timmArguments({ run: { model } }: TrainState): Record<string, unknown> {
  return {
    img_size: model.imageSize,
    patch_size: model.patchSize,
    in_chans: model.channels,
    embed_dim: model.embedDim,
    depth: model.depth,
    num_heads: model.numHeads,
    mlp_ratio: model.mlpRatio,
    class_token: false,
    fc_norm: false,
    global_pool: "avg",
    num_classes: 0,
  };
}
