import { repaint } from "./palette";

/** The style rules that adapt inline drawings to a dark page. */
export function inlineSvgStyle(root: string): string {
  return repaint(`${root} figure svg `);
}
