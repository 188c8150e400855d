import { ShapeError } from "../../errors";
import type { Displayable, Label } from "../displayable";
import { svgMime } from "../figure/figure";
import { checkLabel, labelMetadata } from "../label";
import { gridSvg, pixelImage } from "./grid";
import { checkPixels, type Pixels, pngUri } from "./pixels";

export interface ImagesOptions extends Label {
  /** One line of text above each image. */
  readonly titles?: readonly string[];
  /** Screen pixels per image pixel. Default: images become about 96 screen pixels wide. */
  readonly scale?: number;
  /** Images per row. Default 8. */
  readonly columns?: number;
}

/**
 * A grid of images, each as its own PNG inside one SVG.
 *
 * @param images [B, H, W, C] bytes with 1, 3 or 4 channels
 * @throws {ShapeError} when the bytes do not match the shape, or the number of titles the number of images
 */
export function images(images: Pixels, options: ImagesOptions): Displayable {
  const label = checkLabel(options, "images");
  checkPixels(images);
  if (options.titles !== undefined && options.titles.length !== images.count) {
    throw new ShapeError(
      `Images "${label.id}": expected ${images.count} titles, one per image, got ${options.titles.length}.`,
    );
  }
  const own = { ...images, pixels: images.pixels.slice() };
  const scale = options.scale ?? screenScale(images.width);
  const text = `${label.caption} [${images.count} images of ${images.height}×${images.width}×${images.channels}, ${label.id}]`;
  return {
    metadata: labelMetadata(label, "images"),
    toText: () => text,
    async toMimeBundle() {
      const width = own.width * scale;
      const height = own.height * scale;
      const panels = [];
      for (let at = 0; at < own.count; at++) {
        panels.push({ title: options.titles?.[at], body: pixelImage(await pngUri(own, at), width, height) });
      }
      const svg = gridSvg(panels, { caption: label.caption, width, height, columns: options.columns ?? 8 });
      return { [svgMime]: svg, "text/plain": text };
    },
  };
}

/** Whole number of screen pixels per image pixel, so that small images are shown without blur. */
export function screenScale(width: number, wanted = 96): number {
  return width >= wanted ? wanted / width : Math.max(1, Math.floor(wanted / width));
}
