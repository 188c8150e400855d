/** Each color of a drawing with its replacement on a dark screen, at comparable contrast. */
export const inks = {
  paper: ["#ffffff", "#14181d"],
  text: ["#1f2731", "#e4e8ed"],
  quiet: ["#5a6573", "#a3adb9"],
  rule: ["#dfe3e8", "#323a44"],
  /** For text on a transparent background: readable on white and, where nothing repaints it, on a dark notebook. */
  between: ["#6c7784", "#a3adb9"],
} as const;

/** Okabe and Ito's colorblind-safe palette, darkened or lightened to suit the background. */
export const categories = [
  ["#0072b2", "#56a8e0"],
  ["#d55e00", "#f08a3c"],
  ["#009e73", "#2fbf95"],
  ["#b8578f", "#dd8fbb"],
  ["#b58900", "#e6b93c"],
  ["#4a5568", "#b4bfcc"],
  ["#3aa0d8", "#8fd0f5"],
] as const;

/** CSS for the head of an SVG that repaints the drawing where the reader's screen is dark. */
export function darkInks(): string {
  return `<style>@media (prefers-color-scheme:dark){${repaint("")}}</style>`;
}

/** A CSS rule for each color that changes in the dark. @param within a selector with its trailing space, or nothing */
export function repaint(within: string): string {
  const rules = [...Object.values(inks), ...categories].map(
    ([light, dark]) => `${within}[fill="${light}"]{fill:${dark}}${within}[stroke="${light}"]{stroke:${dark}}`,
  );
  return rules.join("");
}

export const fontStack = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
