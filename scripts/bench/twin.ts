import { availableParallelism } from "node:os";
import type { Run } from "njepa";
import { type PatchMasks, padRows, sampleMasks } from "njepa/masking";
import { patchGrid } from "njepa/model";
import { Peer } from "./peer";

/** How PyTorch's twin of a run is started. */
export interface TwinOptions {
  python: string;
  /** scripts/reference/peer.py. */
  program: string;
  /** Steps per turn, with the masks of a run's first ones. */
  steps: number;
  compile: boolean;
  device?: string;
  /**
   * Pad the masks as ours are, by repeating a patch, and let PyTorch compile for each shape: on a GPU, PyTorch 2.11 fails
   * to compile the twin for changing shapes.
   */
  padded?: boolean;
}

export interface TwinAnswer {
  seconds: number[];
  loss: number;
  resident: number;
  /** Most memory of a GPU that PyTorch has reserved; null on a CPU. */
  devicePeak: number | null;
}

/** A twin in its own process; `take` makes it take its steps once. */
export interface Twin {
  process: Peer;
  take(): Promise<TwinAnswer>;
}

/** PyTorch's twin of a run, at the same precision and masks. @throws {EngineError} when it cannot be started */
export async function openTwin(
  run: Run,
  { python, program, steps, compile, device = "cpu", padded = false }: TwinOptions,
): Promise<Twin> {
  const { model, objective, optimizer, train } = run;
  const peer = new Peer(python, [program]);
  const sizes = {
    image: model.imageSize,
    patch: model.patchSize,
    channels: model.channels,
    embed: model.embedDim,
    depth: model.depth,
    heads: model.numHeads,
    predictor_embed: model.predictorEmbedDim,
    predictor_depth: model.predictorDepth,
    predictor_heads: model.predictorNumHeads,
    mlp_ratio: model.mlpRatio,
  };
  const weights = { lambda_nt: objective.lambdaNT, lambda_cn: objective.lambdaCN };
  const dtype = train.precision === "bfloat16" ? "bf16" : "f32";
  const how = { batch: optimizer.batchSize, compile, threads: availableParallelism(), device, dtype, dynamic: !padded };
  await peer.ask({ open: { sizes, ...weights, ...how } });
  const masks = Array.from({ length: steps }, (_, step) => masksOf(run, step));
  const question = { steps: (padded ? paddedAlike(masks, run) : masks).map(asMessage) };
  return { process: peer, take: () => peer.ask<TwinAnswer>(question) };
}

function masksOf({ model, masking, optimizer, seed }: Run, step: number): PatchMasks {
  return sampleMasks(patchGrid(model), { images: optimizer.batchSize, seed, step }, masking);
}

/** Contexts padded to multiples of `train.contextBucket`, targets to the longest. */
function paddedAlike(masks: readonly PatchMasks[], { train }: Run): PatchMasks[] {
  const targetPatches = Math.max(...masks.map((one) => one.targetPatches));
  return masks.map((one) => {
    const contextPatches = Math.ceil(one.contextPatches / train.contextBucket) * train.contextBucket;
    const context = padRows(one.context, { from: one.contextPatches, to: contextPatches });
    const targets = padRows(one.targets, { from: one.targetPatches, to: targetPatches });
    return { ...one, context, contextPatches, targets, targetPatches };
  });
}

function asMessage({ context, contextPatches, targets, targetPatches }: PatchMasks) {
  const text = (values: Int32Array) =>
    Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64");
  return { context: text(context), contextPatches, targets: text(targets), targetPatches };
}
