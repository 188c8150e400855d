import { describe, expect, it } from "vitest";
import { figure } from "../../lib/report";
import { specMime, svgMime } from "../../lib/report/figure/figure";
import { rebuildSvg } from "../../lib/report/page/svg-drawing";
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
    expect(rebuildSvg(svg)?.leftOut).toEqual([]);
  });

  it("carries its specification", async () => {
    const bundle = await figure({ data: { values }, mark: "bar", encoding }, label).toMimeBundle();
    expect(bundle[specMime]).toEqual({ data: { values }, mark: "bar", encoding });
  });

  it("lies on the notebook's own paper where JupyterLab draws it", () => {
    const { metadata } = figure({ data: { values }, mark: "bar", encoding }, label);
    expect(metadata?.[specMime]).toEqual({ embed_options: { config: { background: "transparent" } } });
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

  it("names a field that the data has and that is empty in every row, and draws a figure of no rows yet", async () => {
    await expect(draw({ data: { values: [{ x: 1, y: null }] }, mark: "line", encoding }, label)).rejects.toThrow(
      /the field "y" has no value in any row/,
    );
    expect(await draw({ data: { values: [] }, mark: "line", encoding }, label)).toContain("<svg");
  });

  it("draws what only lives in a browser as it stands: links, selections, a container's width", async () => {
    const linked = { ...encoding, href: { field: "u" } };
    const rows = values.map((row) => ({ ...row, u: "https://example.org/a" }));
    expect(await draw({ data: { values: rows }, mark: "point", encoding: linked as never }, label)).toContain(
      'xlink:href="https://example.org/a"',
    );
    const params = [{ name: "grid", select: "interval", bind: "scales" }];
    const still = await draw({ data: { values }, mark: "point", encoding }, label);
    expect(await draw({ data: { values }, mark: "point", encoding, width: "container" as never }, label)).toBe(still);
    expect(await draw({ data: { values }, mark: "point", encoding, params }, label)).toContain("<svg");
  });

  it("refuses a link that runs code, a far picture, and an input that would empty the page", async () => {
    const rows = values.map((row) => ({ ...row, u: "javascript:alert(1)", p: "http://127.0.0.1:9/p.png" }));
    const spec = (mark: string, more: object) => ({ data: { values: rows }, mark, encoding: { ...encoding, ...more } });
    await expect(draw(spec("point", { href: { field: "u" } }) as never, label)).rejects.toThrow(/no web address/);
    await expect(draw(spec("image", { url: { field: "p" } }) as never, label)).rejects.toThrow(/fetch nothing/);
    const params = [{ name: "s", value: 1, bind: { input: "range", element: "body" } }];
    expect(() => figure({ ...spec("point", {}), params } as never, label)).toThrow(/bind\.element/);
  });

  it("fetches nothing", async () => {
    const data = { url: "http://127.0.0.1:9/data.json" } as never;
    await expect(draw({ data, mark: "line", encoding }, label)).rejects.toThrow(/fetch nothing/);
    await expect(draw({ data: { url: "/etc/hostname" } as never, mark: "line", encoding }, label)).rejects.toThrow();
  });
});
