const elements = new Set(
  (
    "svg g defs style title desc path rect circle ellipse line polyline polygon text tspan image use symbol marker " +
    "clipPath mask pattern linearGradient radialGradient stop metadata"
  ).split(" "),
);

/**
 * Why an SVG from a notebook must not be shown; undefined when it only draws.
 *
 * The page puts drawings into `<img>`, where browsers run no script and fetch nothing. A reader may still open the
 * drawing by itself, so one that holds more than shapes, text and embedded rasters is refused as a whole: to refuse
 * is easier to get right than to clean.
 */
export function svgObjection(text: string): string | undefined {
  const svg = text.replace(/^\s*<\?xml[^>]*\?>/, "").trim();
  if (!/^<svg[\s>]/.test(svg)) return "it does not begin as SVG";
  if (/<[!?]/.test(svg)) return "it holds a declaration, comment or processing instruction";
  const tags = [...svg.matchAll(/<([^\s/>]+)((?:[^>"']|"[^"]*"|'[^']*')*)>/g)];
  if (tags.length !== svg.match(/<[^/]/g)?.length) return "it is not well formed";
  for (const [, name = "", attributes = ""] of tags) {
    if (!elements.has(name)) return `it holds the element ${name}`;
    for (const [, key = "", double, single, bare] of attributes.matchAll(
      /([^\s=/"']+)\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))/g,
    )) {
      const value = double ?? single ?? bare ?? "";
      if (/^on/i.test(key)) return `it holds the event handler ${key}`;
      if (/(^|:)href$/i.test(key) && !/^(#|data:image\/(png|jpeg|gif|webp);base64,)/.test(value))
        return "it points outside itself";
      if (reaches(value) && !key.startsWith("xmlns")) return `its attribute ${key} points outside itself`;
    }
  }
  for (const [, css = ""] of svg.matchAll(/<style[^>]*>([^<]*)/g)) {
    if (/@import|\\/i.test(css) || reaches(css)) return "its style points outside itself";
  }
  return undefined;
}

/** A `url(…)` to anything but a part of the same drawing. Entities could spell one unseen, so they count as one. */
function reaches(text: string): boolean {
  return /url\(\s*(?!["']?#)|javascript:|&#/i.test(text.replace(/&#(?:39|34|38|60|62);/g, ""));
}
