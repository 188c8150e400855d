import { darkInks, repaint } from "./palette";

const ownStyle = darkInks();

/**
 * A drawing of ours as a part of the page, so that its words can be found and read out and it follows the page's colors.
 *
 * @param prefix stands before its ids, which must not meet those of another drawing
 * @returns undefined for a drawing with styles of its own: they would reach the whole page
 */
export function inlineSvg(svg: string, prefix: string): string | undefined {
  const bare = svg.trim().replace(ownStyle, "");
  if (/<style|^<\?xml/i.test(bare)) return undefined;
  return bare
    .replace(/(<[^>]*?\s)id="([^"]+)"/g, `$1id="${prefix}-$2"`)
    .replace(/url\((["']?)#([^)"']+)\1\)/g, `url(#${prefix}-$2)`)
    .replace(/(\s(?:xlink:)?href=")#/g, `$1#${prefix}-`);
}

/** The style rules by which inline drawings follow a dark page. */
export function inlineSvgStyle(root: string): string {
  return repaint(`${root} figure svg `);
}
