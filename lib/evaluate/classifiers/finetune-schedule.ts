/** Blocks above a parameter: 0 for the classifier and the final norm, depth + 1 for the patch projection. */
export function layersAbove(name: string, depth: number): number {
  if (name.startsWith("encoder.patch_embed")) return depth + 1;
  const block = /^encoder\.blocks\.(\d+)\./.exec(name);
  return block ? depth - Number(block[1]) : 0;
}

/** Share of the learning rate at a step (counted from 1): linear warm-up, then a half cosine down to 0. */
export function warmupCosine(step: number, warmup: number, steps: number): number {
  if (step <= warmup) return step / warmup;
  return 0.5 * (1 + Math.cos((Math.PI * (step - 1 - warmup)) / Math.max(1, steps - warmup)));
}
