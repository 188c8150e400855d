import { rmSync } from "node:fs";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { inspectDataset } from "../../lib/data";
import { ready } from "../../lib/engine";
import { inspectionPage, inspectionText } from "../../lib/inspect";
import { folderOf, usual } from "./class-folders";
import { contentOf, golden } from "./image-goldens";

beforeAll(() => ready());
afterEach(() => vi.unstubAllEnvs());

it("counts images, classes, sizes and formats, names what is broken, and shows it on a page", async () => {
  const broken = { "train/dog/4.jpg": contentOf("rgb.jpg").subarray(0, 800), "train/<b>/5.jpg": "exif-6.jpg" };
  const { parent, root } = folderOf({ ...usual, ...broken });
  const { inspection, data } = await inspectDataset(root, { imageSize: 14 });
  const { splits, formats, width, height, rotated, skipped, problems } = inspection;
  expect(splits.map(({ name, images, perClass }) => [name, images, perClass])).toEqual([
    ["train", 7, [1, 3, 3]],
    ["test", 2, [0, 1, 1]],
  ]);
  expect(formats).toEqual({ jpeg: 5, png: 1, webp: 1, bmp: 1, gif: 1 });
  expect([width.least, width.most, height.median]).toEqual([golden.width, golden.width, golden.height]);
  expect([rotated, skipped, problems.map(({ file }) => file)]).toEqual([1, 1, ["train/dog/4.jpg"]]);
  expect(inspectionText(inspection)).toMatch(/problems {5}1 broken/);
  const page = await inspectionPage(inspection, data);
  expect(page).toContain("train/dog/4.jpg is a broken jpeg");
  expect(page.match(/<image /g)).toHaveLength(7);
  // The page stands alone: no notebook and no other report lies beside it.
  const links = [...page.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, to]) => to as string);
  expect(links.length).toBeGreaterThan(0);
  expect(links.filter((to) => !/^(#|data:)/.test(to))).toEqual([]);
  expect(page).toContain(`9 images of 3 classes in ${root}, as npm run data`);
  // A class's name is a folder's, and anybody may have made that.
  expect(page).not.toContain("<b>");
  rmSync(parent, { recursive: true });
});
