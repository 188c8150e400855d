import { extractFeatures } from "njepa";
import type { EvaluateBench } from "./evaluate-side";
import { type Row, row, takeTurns } from "./measure";

/** Images per second from pixels in memory to pooled features of the last four layers. */
export async function featureRows({ options, data, state, peer, absent }: EvaluateBench): Promise<Row[]> {
  const { embedDim: dim, depth, numHeads: heads, patchSize: patch, imageSize: side } = state.run.model;
  const images = data.split("test").count;
  const seconds = await takeTurns<string>(
    {
      ours: async () => void (await extractFeatures(state, data, "test", { layers: "last4" })),
      ...(peer && {
        torch: async () =>
          (
            await peer.ask<{ seconds: number }>({
              what: "features",
              dim,
              depth,
              heads,
              patch,
              side,
              images,
              batch: 500,
            })
          ).seconds,
      }),
    },
    options,
  );
  const { torch } = seconds;
  return [
    row({
      what: `features: ${images} images, ViT of ${depth} × ${dim}, last 4 layers`,
      ours: images / (seconds.ours as number),
      peer: torch === undefined ? null : images / torch,
      peerName: `PyTorch, batch 500, eager${absent}`,
      unit: "images/s",
      better: "more",
    }),
  ];
}
