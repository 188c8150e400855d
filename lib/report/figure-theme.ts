import { categories, fontStack, inks } from "./palette";

/** How figures look unless their specification says otherwise: quiet axes, light grid, colors for every eye. */
export const figureTheme = {
  background: inks.paper[0],
  font: fontStack,
  padding: 8,
  view: { stroke: null, continuousWidth: 460, continuousHeight: 240 },
  axis: {
    labelColor: inks.quiet[0],
    titleColor: inks.text[0],
    titleFontWeight: 500,
    titleFontSize: 12,
    titlePadding: 10,
    labelFontSize: 11,
    domain: false,
    ticks: false,
    labelPadding: 6,
    gridColor: inks.rule[0],
    domainColor: inks.rule[0],
    tickColor: inks.rule[0],
  },
  legend: {
    labelColor: inks.text[0],
    titleColor: inks.quiet[0],
    titleFontWeight: 500,
    titleFontSize: 12,
    labelFontSize: 12,
    symbolStrokeWidth: 2,
  },
  header: { labelColor: inks.text[0], titleColor: inks.quiet[0], labelFontSize: 12, labelFontWeight: 500 },
  title: { color: inks.text[0], subtitleColor: inks.quiet[0], fontSize: 13, fontWeight: 600, anchor: "start" },
  mark: { color: categories[0][0] },
  line: { strokeWidth: 2, strokeCap: "round" },
  point: { filled: true, size: 45 },
  rule: { color: inks.quiet[0] },
  text: { color: inks.text[0], fontSize: 11 },
  range: { category: categories.map(([light]) => light) },
};
