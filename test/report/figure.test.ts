import { describe, expect, it } from "vitest";
import { figure } from "../../lib/report";
import { specMime, svgMime } from "../../lib/report/figure/figure";
import { svgObjection } from "../../lib/report/page/svg-safety";
import { lossFigure } from "./sample-notebook";

const label = { id: "f", caption: 'Loss & "more" <b>' };
const encoding = { x: { field: "x", type: "quantitative" }, y: { field: "y", type: "quantitative" } } as const;
const values = [
  { x: 1, y: 2 },
  { x: 2, y: 3 },
];
const draw = async (...args: Parameters<typeof figure>) => String((await figure(...args).toMimeBundle())[svgMime]);

describe("figure", () => {
  it("is the same bytes every time, also when several are drawn at once", async () => {
    const [first, , third] = await Promise.all([1, 2, 3].map(() => lossFigure.toMimeBundle()));
    expect(first?.[svgMime]).toBe(third?.[svgMime]);
    expect(String(first?.[svgMime])).toContain("smooth-L1 loss");
  });

  it("names itself by its caption, escaped, and is safe by the page's own rule", async () => {
    const svg = await draw({ data: { values }, mark: "line", encoding }, label);
    expect(svg).toMatch(/^<svg[^>]* role="img" aria-label="Loss &amp; &quot;more&quot; &lt;b&gt;">/);
    expect(svg).toContain("prefers-color-scheme:dark");
    expect(svgObjection(svg)).toBeUndefined();
  });

  it("carries its specification", async () => {
    const bundle = await figure({ data: { values }, mark: "bar", encoding }, label).toMimeBundle();
    expect(bundle[specMime]).toEqual({ data: { values }, mark: "bar", encoding });
  });

  it("says in one error which figure cannot be drawn, and why", async () => {
    await expect(draw({ data: { values }, mark: "lien" as never, encoding }, label)).rejects.toThrow(
      /^Figure "f" cannot/,
    );
    await expect(draw({ data: { values } }, label)).rejects.toThrow(/Figure "f" cannot be drawn/);
  });

  it("does not draw a field that is nowhere in the data", async () => {
    const wrong = { ...encoding, y: { field: "lss", type: "quantitative" } } as const;
    await expect(draw({ data: { values }, mark: "line", encoding: wrong }, label)).rejects.toThrow(/lss/);
  });

  it("fetches nothing", async () => {
    const data = { url: "http://127.0.0.1:9/data.json" } as never;
    await expect(draw({ data, mark: "line", encoding }, label)).rejects.toThrow(/fetch nothing/);
    await expect(draw({ data: { url: "/etc/hostname" } as never, mark: "line", encoding }, label)).rejects.toThrow();
  });
});
