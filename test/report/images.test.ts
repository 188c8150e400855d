import { decode } from "fast-png";
import { describe, expect, it } from "vitest";
import { ShapeError } from "../../lib/errors";
import { images, maskFigure, maskTable } from "../../lib/report";
import { svgMime } from "../../lib/report/figure/figure";
import { outline } from "../../lib/report/masks/mask-view";
import { rebuildSvg } from "../../lib/report/page/svg-drawing";
import { parseTable, tableMime } from "../../lib/report/table/table-model";
import { drawings, plainMasks } from "./sample-notebook";

const label = { id: "i", caption: "Some images." };

describe("images", () => {
  it("embeds each image as a PNG of exactly its pixels", async () => {
    const pixels = Uint8Array.from([0, 50, 100, 150, 200, 250, 1, 2, 3, 4, 5, 6]);
    const bundle = await images({ pixels, count: 2, height: 1, width: 2, channels: 3 }, label).toMimeBundle();
    const found = [...String(bundle[svgMime]).matchAll(/base64,([^"]+)"/g)].map(([, text = ""]) =>
      decode(Buffer.from(text, "base64")),
    );
    expect(found.map((png) => [...png.data])).toEqual([
      [0, 50, 100, 150, 200, 250],
      [1, 2, 3, 4, 5, 6],
    ]);
    expect(rebuildSvg(String(bundle[svgMime]))?.leftOut).toEqual([]);
  });

  it("have no paper and no style of their own, so that they are no white box in a dark notebook", async () => {
    const one = { pixels: new Uint8Array(4), count: 1, height: 2, width: 2, channels: 1 };
    const svg = String((await images(one, { ...label, titles: ["a"] }).toMimeBundle())[svgMime]);
    expect(svg).not.toMatch(/<rect|<style/);
    expect(svg).toContain('fill="#6c7784"');
  });

  it("escapes titles and refuses bytes that do not fill the shape", async () => {
    const one = { pixels: new Uint8Array(4), count: 1, height: 2, width: 2, channels: 1 };
    const bundle = await images(one, { ...label, titles: ["<b>"] }).toMimeBundle();
    expect(bundle[svgMime]).toContain("&lt;b&gt;");
    expect(() => images({ ...one, count: 2 }, label)).toThrow(ShapeError);
    expect(() => images(one, { ...label, titles: [] })).toThrow("expected 1 titles");
  });
});

describe("outline", () => {
  it("is the four sides of a block and nothing inside it", () => {
    // patches 0 1 / 4 5 of a grid four wide: eight unit edges around a 2×2 square
    expect(outline(new Set([0, 1, 4, 5]), 4).match(/M/g)).toHaveLength(8);
  });
  it("does not join patches across the right edge of the grid", () => {
    expect(outline(new Set([3, 4]), 4).match(/M/g)).toHaveLength(8); // two squares apart, four edges each
  });
});

describe("maskFigure", () => {
  it("numbers every target block of every image and explains its colors", async () => {
    const bundle = await maskFigure({ images: drawings(2), masks: plainMasks(2), patchSize: 4 }, label).toMimeBundle();
    const svg = String(bundle[svgMime]);
    expect(svg.match(/>3<\/text>/g)).toHaveLength(3); // two images and the legend
    expect(svg).toContain("target blocks");
    expect(rebuildSvg(svg)?.leftOut).toEqual([]);
  });
  it("refuses masks of another grid", () => {
    const small = drawings(2, 16);
    expect(() => maskFigure({ images: small, masks: plainMasks(2), patchSize: 4 }, label)).toThrow(
      /outside a grid of 16/,
    );
    expect(() => maskFigure({ images: small, masks: plainMasks(2), patchSize: 5 }, label)).toThrow(/do not tile/);
  });
});

describe("maskTable", () => {
  it("counts what an image keeps, hides, predicts and wrongly does both with, ignoring padding", async () => {
    // a 2×3 grid; context is 0 1 with one padded entry; two target blocks {2, 5} and {1, 2} share 2 and take 1 from the context
    const masks = {
      images: 1,
      blocks: 2,
      context: Int32Array.from([0, 1, 1]),
      contextLength: Int32Array.from([2]),
      contextPatches: 3,
      targets: Int32Array.from([2, 5, 1, 2]),
      targetPatches: 2,
    };
    const bundle = await maskTable({ masks, grid: { height: 2, width: 3 } }, label).toMimeBundle();
    expect(parseTable(bundle[tableMime])?.rows).toEqual([
      { image: 0, context: 2, hidden: 4, predicted: 3, overlap: 1 },
    ]);
  });
});
