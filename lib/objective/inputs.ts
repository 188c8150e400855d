import { tf } from "../engine";
import { type PatchMasks, padRows } from "../masking";

/** One step's tensors; context and targets may be padded by repeating a valid patch, which changes no number. */
export interface StepInputs {
  /** [B, H, W, C] float32, normalized. */
  images: tf.Tensor4D;
  /** [E·B, Kc] int32, context-major: E contexts of each image. */
  context: tf.Tensor2D;
  /** [E·B] int32: number of valid entries in each row of `context`. */
  contextLength: tf.Tensor1D;
  /** [L·B, Kp] int32, block-major. */
  targets: tf.Tensor2D;
  /** [1] int32 (or scalar): number of valid entries in every target row. */
  targetLength: tf.Tensor;
  /** [B, U] int32: the patches of each image that lie in any target, padded by repeating one; absent: unknown. */
  wanted?: tf.Tensor2D;
  /** [L·B, Kp] int32: the index in `wanted` of each entry of `targets`. */
  places?: tf.Tensor2D;
  /** [L·B, Kp, P] float32 ([L·B, Kp, D] in the space `projected`), or null: the second predictor sees clean positions. */
  noise: tf.Tensor3D | null;
}

/** The masks of `StepInputs`. */
export type MaskInputs = Required<Omit<StepInputs, "images" | "noise">>;

/** A step's masks as tensors, padded to the given numbers of patches. */
export function maskInputs(
  masks: PatchMasks,
  padTo: { contextPatches?: number; targetPatches?: number; wantedPatches?: number } = {},
): MaskInputs {
  const { images, blocks } = masks;
  const contexts = masks.contexts * images;
  const contextPatches = Math.max(masks.contextPatches, padTo.contextPatches ?? 0);
  const targetPatches = Math.max(masks.targetPatches, padTo.targetPatches ?? 0);
  const context = padRows(masks.context, { from: masks.contextPatches, to: contextPatches });
  const targets = padRows(masks.targets, { from: masks.targetPatches, to: targetPatches });
  const { wanted, wantedPatches, places } = unionOfTargets(targets, {
    images,
    targetPatches,
    atLeast: padTo.wantedPatches ?? 0,
  });
  return {
    wanted: tf.tensor2d(wanted, [images, wantedPatches], "int32"),
    places: tf.tensor2d(places, [blocks * images, targetPatches], "int32"),
    context: tf.tensor2d(context, [contexts, contextPatches], "int32"),
    contextLength: tf.tensor1d(masks.contextLength, "int32"),
    targets: tf.tensor2d(targets, [blocks * images, targetPatches], "int32"),
    targetLength: tf.tensor1d([masks.targetPatches], "int32"),
  };
}

/** The patches of each image that lie in any target, ascending, and the index among them of each target entry. */
function unionOfTargets(
  targets: Int32Array,
  { images, targetPatches, atLeast }: { images: number; targetPatches: number; atLeast: number },
) {
  const rows = targets.length / targetPatches;
  const patches = targets.reduce((most, patch) => Math.max(most, patch), -1) + 1;
  // By image and patch: 1 for a target, then one more than its place among the image's targets.
  const placeOf = new Int32Array(images * patches);
  for (let row = 0; row < rows; row++) {
    const first = (row % images) * patches;
    for (let at = row * targetPatches; at < (row + 1) * targetPatches; at++)
      placeOf[first + (targets[at] as number)] = 1;
  }
  const counts = new Int32Array(images);
  for (let image = 0; image < images; image++) {
    let count = 0;
    for (let at = image * patches; at < (image + 1) * patches; at++) if (placeOf[at] === 1) placeOf[at] = ++count;
    counts[image] = count;
  }
  const wantedPatches = counts.reduce((most, count) => Math.max(most, count), atLeast);
  const wanted = new Int32Array(images * wantedPatches);
  for (let image = 0; image < images; image++) {
    const first = image * wantedPatches;
    for (let patch = 0; patch < patches; patch++) {
      const place = placeOf[image * patches + patch] as number;
      if (place > 0) wanted[first + place - 1] = patch;
    }
    const count = counts[image] as number;
    wanted.fill(wanted[first + count - 1] as number, first + count, first + wantedPatches);
  }
  const places = new Int32Array(targets.length);
  for (let row = 0; row < rows; row++) {
    const first = (row % images) * patches;
    for (let at = row * targetPatches; at < (row + 1) * targetPatches; at++)
      places[at] = (placeOf[first + (targets[at] as number)] as number) - 1;
  }
  return { wanted, wantedPatches, places };
}

/** [R, K] float32: 1 where the entry's index is below its row's length. */
export function lengthMask(lengths: tf.Tensor, [rows, entries]: readonly [number, number]): tf.Tensor2D {
  const index = tf.tensor2d(
    Int32Array.from({ length: entries }, (_, entry) => entry),
    [1, entries],
    "int32",
  );
  const counts = tf.less(index, tf.reshape(lengths, [-1, 1]));
  return tf.broadcastTo(tf.cast(counts, "float32"), [rows, entries]) as tf.Tensor2D;
}
