import { escapeHtml } from "../escape";
import { fontStack, inks } from "../figure/palette";

/** One picture in a grid, drawn in its own coordinates, `width` by `height`, with a line of text above it. */
export interface Panel {
  readonly title?: string | undefined;
  readonly body: string;
}

export interface GridLayout {
  readonly caption: string;
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  /** SVG drawn below the pictures, and its size. */
  readonly legend?: { readonly body: string; readonly width: number; readonly height: number } | undefined;
}

const margin = 8;
const gap = 12;
const titleHeight = 18;

/** Pictures in rows, as one labelled SVG with a transparent background, for light and dark notebooks alike. */
export function gridSvg(panels: readonly Panel[], layout: GridLayout): string {
  const columns = Math.max(1, Math.min(layout.columns, panels.length));
  const rows = Math.ceil(panels.length / columns);
  const above = panels.some((panel) => panel.title) ? titleHeight : 0;
  const stepX = layout.width + gap;
  const stepY = layout.height + above + gap;
  const bottom = margin + rows * stepY;
  const width = Math.max(columns * stepX - gap, layout.legend?.width ?? 0) + 2 * margin;
  const height = bottom + (layout.legend ? layout.legend.height + margin : margin - gap);
  const drawn = panels.map((panel, at) => {
    const x = margin + (at % columns) * stepX;
    const y = margin + Math.floor(at / columns) * stepY;
    const title = panel.title
      ? `<text x="${x}" y="${y + 12}" font-size="11" fill="${inks.between[0]}">${escapeHtml(panel.title)}</text>`
      : "";
    return `${title}<g transform="translate(${x},${y + above})">${panel.body}</g>`;
  });
  const legend = layout.legend ? `<g transform="translate(${margin},${bottom})">${layout.legend.body}</g>` : "";
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escapeHtml(layout.caption)}" ` +
    `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escapeHtml(fontStack)}">` +
    `${drawn.join("")}${legend}</svg>`
  );
}

/** A raster image for a panel; its pixels stay sharp squares. */
export function pixelImage(uri: string, width: number, height: number): string {
  return `<image href="${uri}" width="${width}" height="${height}" preserveAspectRatio="none" style="image-rendering:pixelated"/>`;
}
