import { repaint } from "./palette";

/** The style rules by which inline drawings follow a dark page. */
export function inlineSvgStyle(root: string): string {
  return repaint(`${root} figure svg `);
}
