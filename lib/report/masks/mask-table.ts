import type { Displayable, Label } from "../displayable";
import { table } from "../table/table";
import { checkMasks, type MaskArrays, maskView } from "./mask-view";

export interface MaskTableInput {
  readonly masks: MaskArrays;
  readonly grid: { readonly height: number; readonly width: number };
  /** Number of rows, for the first images of the batch. Default: all. */
  readonly limit?: number;
}

/** Patches per image that are kept, hidden, predicted, and (a mistake unless intended) both kept and predicted. */
export function maskTable(input: MaskTableInput, options: Label): Displayable {
  const { masks, grid } = input;
  const patches = grid.height * grid.width;
  checkMasks(masks, patches);
  const count = Math.min(masks.images, input.limit ?? masks.images);
  const rows = Array.from({ length: count }, (_, image) => {
    const { context, targets } = maskView(masks, image);
    const wanted = new Set(targets.flatMap((target) => [...target]));
    const overlap = [...wanted].filter((patch) => context.has(patch)).length;
    return { image, context: context.size, hidden: patches - context.size, predicted: wanted.size, overlap };
  });
  const unit = "patches";
  return table(rows, {
    ...options,
    columns: {
      image: { header: "image" },
      context: { header: "context kept", unit },
      hidden: { header: "hidden", unit },
      predicted: { header: "predicted", unit },
      overlap: { header: "kept and predicted", unit },
    },
  });
}
