import { ShapeError } from "../../errors";
import type { Displayable, Label } from "../displayable";
import { svgMime } from "../figure/figure";
import { inks } from "../figure/palette";
import { checkLabel, labelMetadata } from "../label";
import { gridSvg, pixelImage } from "./grid";
import { screenScale } from "./images";
import { checkMasks, type MaskArrays, type MaskView, maskView, outline, squares } from "./mask-view";
import { checkPixels, type Pixels, pngUri } from "./pixels";

export interface MaskFigureInput {
  readonly images: Pixels;
  readonly masks: MaskArrays;
  /** Side of a patch in image pixels. */
  readonly patchSize: number;
}

/**
 * Okabe and Ito's brighter colors. In capitals, because the style that repaints drawings for dark screens matches
 * lower-case letters, and these lie on the picture itself, which is not repainted.
 */
const blockColors = ["#E69F00", "#56B4E9", "#009E73", "#CC79A7", "#F0E442", "#D55E00", "#0072B2", "#FFFFFF"];
const veil = "#79838f";

/**
 * Images with their masks: context patches as they are, every other patch veiled, each target block tinted,
 * outlined and numbered in its own color.
 *
 * @param options.columns images per row. Default 6
 * @throws {ShapeError} when images, masks and patch size do not fit together
 */
export function maskFigure(input: MaskFigureInput, options: Label & { readonly columns?: number }): Displayable {
  const label = checkLabel(options, "images");
  const { images, masks, patchSize } = input;
  checkPixels(images);
  if (images.width % patchSize !== 0 || images.height % patchSize !== 0) {
    throw new ShapeError(`Patches of ${patchSize} do not tile images of ${images.height}×${images.width}.`);
  }
  if (images.count > masks.images) {
    throw new ShapeError(`Expected masks for ${images.count} images, got masks for ${masks.images}.`);
  }
  const grid = { width: images.width / patchSize, height: images.height / patchSize };
  checkMasks(masks, grid.width * grid.height);
  const scale = screenScale(images.width, 132);
  const size = { width: images.width * scale, height: images.height * scale, patch: patchSize * scale };
  const text = `${label.caption} [${images.count} images, ${masks.blocks} target blocks each, ${label.id}]`;
  const own = { ...images, pixels: images.pixels.slice() };
  const views = Array.from({ length: images.count }, (_, image) => maskView(masks, image));
  return {
    metadata: labelMetadata(label, "images"),
    toText: () => text,
    async toMimeBundle() {
      const panels = [];
      for (const [image, view] of views.entries()) {
        const picture = pixelImage(await pngUri(own, image), size.width, size.height);
        panels.push({ body: picture + overlay(view, grid, size.patch) });
      }
      const layout = { caption: label.caption, width: size.width, height: size.height, columns: options.columns ?? 6 };
      const svg = gridSvg(panels, { ...layout, legend: legend(masks.blocks) });
      return { [svgMime]: svg, "text/plain": text };
    },
  };
}

function overlay(view: MaskView, grid: { width: number; height: number }, patch: number): string {
  const all = Array.from({ length: grid.width * grid.height }, (_, at) => at);
  const hidden = all.filter((at) => !view.context.has(at));
  const parts = [`<path d="${squares(hidden, grid.width)}" fill="${veil}" fill-opacity="0.8"/>`];
  for (const [block, target] of view.targets.entries()) {
    const color = blockColor(block);
    parts.push(`<path d="${squares(target, grid.width)}" fill="${color}" fill-opacity="0.3"/>`);
  }
  // Outlines after all tints, so that every edge shows where blocks overlap; the pixel inset keeps the frame whole.
  for (const [block, target] of view.targets.entries()) {
    const path = outline(target, grid.width);
    parts.push(`<path d="${path}" fill="none" stroke="#14181D" stroke-width="${4 / patch}" stroke-linecap="square"/>`);
    parts.push(
      `<path d="${path}" fill="none" stroke="${blockColor(block)}" stroke-width="${2 / patch}" stroke-linecap="square"/>`,
    );
  }
  return `<g transform="scale(${patch})">${parts.join("")}</g>${numbers(view, grid.width, patch)}`;
}

/** Numbers for the blocks, each on the block's first patch not taken by an earlier number. */
function numbers(view: MaskView, gridWidth: number, patch: number): string {
  const taken = new Set<number>();
  return view.targets
    .map((target, block) => {
      const at = [...target].sort((a, b) => a - b).find((it) => !taken.has(it));
      if (at === undefined) return "";
      taken.add(at);
      const x = (at % gridWidth) * patch;
      const y = Math.floor(at / gridWidth) * patch;
      return badge(block, x + 1, y + 1);
    })
    .join("");
}

function badge(block: number, x: number, y: number): string {
  return (
    `<rect x="${x}" y="${y}" width="13" height="13" rx="2" fill="${blockColor(block)}"/>` +
    `<text x="${x + 6.5}" y="${y + 10.2}" font-size="10" font-weight="700" text-anchor="middle" fill="#000000">${block + 1}</text>`
  );
}

function legend(blocks: number): { body: string; width: number; height: number } {
  const text = (x: number, words: string) =>
    `<text x="${x}" y="10.5" font-size="11" fill="${inks.between[0]}">${words}</text>`;
  const parts = [
    `<rect width="13" height="13" rx="2" fill="none" stroke="${inks.between[0]}"/>${text(19, "context: what the encoder sees")}`,
    `<rect x="214" width="13" height="13" rx="2" fill="${veil}" fill-opacity="0.8"/>${text(233, "hidden")}`,
  ];
  for (let block = 0; block < blocks; block++) parts.push(badge(block, 292 + block * 17, 0));
  const end = 292 + blocks * 17;
  parts.push(text(end + 3, "target blocks: what is predicted"));
  return { body: parts.join(""), width: end + 180, height: 18 };
}

function blockColor(block: number): string {
  return blockColors[block % blockColors.length] ?? "#FFFFFF";
}
