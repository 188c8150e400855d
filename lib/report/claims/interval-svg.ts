import type { ClaimEffect } from "./claims-model";

/** The values, in percentage points, at a picture's left and right ends. */
export type Axis = readonly [number, number];

/** An axis wide enough for all effects, their intervals and the paper's values; it always includes zero. */
export function axisOf(effects: readonly ClaimEffect[]): Axis {
  const points = effects.flatMap(({ mean, low, high, paper }) => [mean, low, high, paper]).filter((it) => it !== null);
  const least = points.reduce((one, other) => Math.min(one, other), 0);
  const most = points.reduce((one, other) => Math.max(one, other), 0);
  const room = 0.06 * Math.max(most - least, 1);
  return [least - room, most + room];
}

const [WIDTH, HEIGHT] = [220, 22];

/** An interval with its mean, a line at zero, the paper's difference as a diamond; in the page's colours. */
export function intervalSvg({ mean, low, high, paper }: ClaimEffect, [from, to]: Axis, words: string): string {
  const x = (points: number) => (((points - from) / (to - from)) * WIDTH).toFixed(1);
  const middle = HEIGHT / 2;
  const parts = [`<line class="zero" x1="${x(0)}" x2="${x(0)}" y1="1" y2="${HEIGHT - 1}"/>`];
  if (mean !== null && low !== null && high !== null)
    parts.push(
      `<line class="interval" x1="${x(low)}" x2="${x(high)}" y1="${middle}" y2="${middle}"/>`,
      `<circle class="mean" cx="${x(mean)}" cy="${middle}" r="4"/>`,
    );
  if (paper !== null)
    parts.push(`<path class="paper" d="M${x(paper)} ${middle - 6}l6 6l-6 6l-6 -6z"><title>paper</title></path>`);
  return (
    `<svg class="effect" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${words}">` +
    `${parts.join("")}</svg>`
  );
}
