import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeImage, readImageHeader, resizeJpeg } from "../../lib/data";
import { ready } from "../../lib/engine";
import { DecodeError } from "../../lib/errors";
import {
  type CropBox,
  drawCropBox,
  evaluationCrop,
  type Pixels,
  resizeImage,
  storedBox,
  upright,
} from "../../lib/pixels";
import { bytes, contentOf, distance, golden, whole } from "./image-goldens";

beforeAll(() => ready());

const header = (name: string) => readImageHeader(contentOf(name), name, 1e6);
const decode = (name: string, box: CropBox = whole, channels: 1 | 3 = 3) =>
  decodeImage(contentOf(name), header(name), box, channels, name);
const pillow = (name: string) => bytes(golden.files[name]?.pixels);
const names = Object.keys(golden.files);

function boxOf(values: Uint8Array, { top, left, height, width }: CropBox): Uint8Array {
  const row = (y: number) => values.subarray(((top + y) * golden.width + left) * 3).subarray(0, width * 3);
  return Buffer.concat(Array.from({ length: height }, (_, y) => row(y)));
}

describe("decodeImage", () => {
  it.each(names.filter((name) => !/cmyk|progressive|animated.webp/.test(name)))(
    "decodes %s to Pillow's pixels",
    async (name) => {
      expect(distance((await decode(name)).values, pillow(name)).largest).toBe(0);
    },
  );

  it("decodes a progressive JPEG to within two gray levels of Pillow's pixels", async () => {
    expect(distance((await decode("progressive.jpg")).values, pillow("progressive.jpg")).largest).toBeLessThanOrEqual(
      2,
    );
  });

  it("turns CMYK into RGB as Pillow does, to within two gray levels", async () => {
    expect(distance((await decode("cmyk.jpg")).values, pillow("cmyk.jpg")).largest).toBeLessThanOrEqual(2);
  });

  it.each(["rgb.jpg", "gray.jpg", "cmyk.jpg", "rgb.png"])(
    "gives of a box of %s the whole image's pixels",
    async (name) => {
      const all = (await decode(name)).values;
      for (let top = 0; top < 20; top += 3) {
        for (let left = 0; left < 30; left += 1) {
          const box = { top, left, height: 7, width: 9 };
          expect(distance((await decode(name, box)).values, boxOf(all, box)).largest).toBe(0);
        }
      }
    },
  );

  it("refuses an animated WebP without alpha, on which TensorFlow 2.21 would write past its memory", async () => {
    for (let time = 0; time < 20; time++) {
      await expect(decode("animated.webp")).rejects.toThrow("animated.webp is a broken webp");
    }
  });

  it("gives luma when one channel is asked for, Pillow's weights", async () => {
    const { values, channels } = await decode("rgb.png", whole, 1);
    const rgb = pillow("rgb.png");
    const expected = Array.from({ length: values.length }, (_, at) =>
      Math.round((299 * (rgb[3 * at] ?? 0) + 587 * (rgb[3 * at + 1] ?? 0) + 114 * (rgb[3 * at + 2] ?? 0)) / 1000),
    );
    expect(channels).toBe(1);
    expect(distance(values, expected).largest).toBeLessThanOrEqual(1);
    const gray = pillow("gray.jpg").filter((_, at) => at % 3 === 0);
    expect(distance((await decode("gray.jpg", whole, 1)).values, gray).largest).toBe(0);
  });

  it("gives the luma of a CMYK JPEG by way of its RGB", async () => {
    const { values } = await decode("cmyk.jpg", whole, 1);
    const rgb = (await decode("cmyk.jpg")).values;
    const [r = 0, g = 0, b = 0] = rgb;
    expect(values[0]).toBe((r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16);
    expect(values).toHaveLength(rgb.length / 3);
  });

  it.each(["rgb.jpg", "rgb.png", "lossless.webp", "animated.gif", "rgb.bmp"])(
    "names %s when it is cut short",
    async (name) => {
      const cut = contentOf(name).subarray(0, Math.floor(contentOf(name).length / 2));
      await expect(decodeImage(cut, header(name), whole, 3, `class/${name}`)).rejects.toThrow(
        new RegExp(`^class/${name} is a broken `),
      );
      await expect(decodeImage(cut, header(name), whole, 3, name)).rejects.toThrow(DecodeError);
    },
  );
});

describe("readImageHeader", () => {
  it("goes by the bytes and not by the name", () => {
    expect(readImageHeader(contentOf("rgb.png"), "n02105855_2933.JPEG", 1e6)).toEqual({
      format: "png",
      height: golden.height,
      width: golden.width,
      orientation: 1,
      isCmyk: false,
    });
  });

  it("refuses an image that says it is enormous, unread", () => {
    const enormous = Buffer.from(contentOf("rgb.png"));
    enormous.writeUInt32BE(30_000, 16);
    enormous.writeUInt32BE(30_000, 20);
    expect(() => readImageHeader(enormous, "bomb.png", 89_478_485)).toThrow(
      "bomb.png says that it has 30000×30000 = 900000000 pixels: expected at most 89478485 (data.maxPixels).",
    );
  });

  it("names what is empty, what is something else and what has no size", () => {
    expect(() => readImageHeader(Buffer.alloc(0), "a.jpg", 1e6)).toThrow("a.jpg is empty");
    expect(() => readImageHeader(Buffer.from("<html><body>not found"), "a.jpg", 1e6)).toThrow("a.jpg is no image");
    expect(() => readImageHeader(contentOf("rgb.jpg").subarray(0, 60), "a.jpg", 1e6)).toThrow("a.jpg is a broken jpeg");
    expect(() => readImageHeader(contentOf("rgb.png").subarray(0, 3), "a.png", 1e6)).toThrow(DecodeError);
  });
});

describe("upright", () => {
  it.each([2, 3, 4, 5, 6, 7, 8])("carries out EXIF's orientation %i as Pillow does", async (orientation) => {
    const name = `exif-${orientation}.jpg`;
    expect(header(name).orientation).toBe(orientation);
    const turned = upright(await decode(name), orientation);
    expect(createHash("sha256").update(turned.values).digest("hex")).toBe(golden.files[name]?.uprightSha256);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("finds a box of the upright image in the stored one (%i)", async (orientation) => {
    const stored = await decode("rgb.png");
    const shown = upright(stored, orientation);
    const box = { top: 2, left: 5, height: 8, width: 11 };
    const part = upright(await decode("rgb.png", storedBox(box, orientation, stored)), orientation);
    const expected = Array.from({ length: 8 }, (_, y) =>
      shown.values.subarray(((2 + y) * shown.width + 5) * 3, ((2 + y) * shown.width + 16) * 3),
    );
    expect(Buffer.from(part.values)).toEqual(Buffer.concat(expected));
  });
});

describe("training crops", () => {
  it("are drawn as torchvision draws them: the same boxes from the same numbers", () => {
    for (const { height, width, scale, draws, box } of golden.draws) {
      const numbers = draws.values();
      const uniform = () => numbers.next().value as number;
      const int = (low: number, high: number) => low + Math.floor(uniform() * (high - low));
      const drawn = drawCropBox({ uniform, int }, { height, width }, { scale, ratio: [3 / 4, 4 / 3] });
      expect([drawn.top, drawn.left, drawn.height, drawn.width]).toEqual(box);
    }
  });

  it.each(golden.crops)(
    "resized on the host are within one gray level of Pillow's ($interpolation, $box)",
    async (it) => {
      const part = await decode("rgb.png", it.box);
      const scale = [it.box.height / 14, it.box.width / 14] as const;
      const ours = await resizeImage(part, { height: 14, width: 14, interpolation: it.interpolation, scale });
      const { largest, mean } = distance(ours.values, bytes(it.pixels));
      expect(largest).toBeLessThanOrEqual(1);
      expect(mean).toBeLessThan(0.3);
    },
  );
});

describe("resizeJpeg", () => {
  const box = { top: 3, left: 4, height: 13, width: 17 };
  const how = { height: 9, width: 11, scale: [13 / 9, 17 / 11], offset: [0, 0] } as const;
  const into = (channels: number) => ({ values: new Uint8Array(5 + 9 * 11 * channels + 5).fill(7), at: 5 });

  it.each(
    (["bilinear", "bicubic"] as const).flatMap((interpolation) =>
      (["rgb.jpg 3", "rgb.jpg 1", "gray.jpg 3", "gray.jpg 1", "cmyk.jpg 3", "progressive.jpg 3"] as const).flatMap(
        (of) => [box, whole].map((part) => ({ interpolation, of, part })),
      ),
    ),
  )(
    "puts the bytes of decodeImage and resizeImage in their place ($of channels, $interpolation, $part)",
    async ({ interpolation, of, part }) => {
      const [name, channels] = [of.slice(0, -2), Number(of.slice(-1)) as 1 | 3];
      const options = { ...how, interpolation, scale: [part.height / 9, part.width / 11] as const };
      const expected = await resizeImage(await decode(name, part, channels), options);
      const there = into(channels);
      await resizeJpeg(contentOf(name), { header: header(name), box: part, channels, file: name }, options, there);
      expect(Buffer.from(there.values.subarray(5, -5))).toEqual(Buffer.from(expected.values));
      expect([...there.values.subarray(0, 5), ...there.values.subarray(-5)]).toEqual(new Array(10).fill(7));
    },
  );

  it("names a file that is cut short", async () => {
    const half = contentOf("rgb.jpg").subarray(0, contentOf("rgb.jpg").length >> 1);
    const image = { header: header("rgb.jpg"), box, channels: 3 as const, file: "class/a.jpg" };
    const resizing = resizeJpeg(half, image, { ...how, interpolation: "bilinear" }, into(3));
    await expect(resizing).rejects.toThrow(/^class\/a.jpg is a broken jpeg/);
    await expect(resizing).rejects.toThrow(DecodeError);
  });
});

describe("resizeImage", () => {
  const edge = { values: Uint8Array.of(0, 0, 255, 255), height: 1, width: 4, channels: 1 };

  it("stays at black and white where a cubic overshoots an edge", async () => {
    const { values } = await resizeImage(edge, { height: 1, width: 8, interpolation: "bicubic", scale: [1, 0.5] });
    expect([...values.subarray(0, 3), ...values.subarray(5)]).toEqual([0, 0, 0, 255, 255, 255]);
  });

  it("rounds halves to the even gray level", async () => {
    const pair = (a: number, b: number) => ({ values: Uint8Array.of(a, b), height: 1, width: 2, channels: 1 });
    const middle = { height: 1, width: 1, interpolation: "bilinear", scale: [1, 1], offset: [0, 0.5] } as const;
    const levels = [pair(1, 2), pair(2, 3), pair(254, 255)].map((two) => resizeImage(two, middle));
    expect((await Promise.all(levels)).map(({ values }) => values[0])).toEqual([2, 2, 254]);
  });
});

describe("evaluationCrop", () => {
  it.each(golden.evaluations)(
    "sees what torchvision's Resize($resize, $interpolation) and CenterCrop($imageSize) see",
    async (it) => {
      const { box, ...how } = evaluationCrop(whole, it);
      const part: Pixels = await decode("rgb.png", box);
      const size = { height: it.imageSize, width: it.imageSize, interpolation: it.interpolation };
      const { largest, mean } = distance((await resizeImage(part, { ...size, ...how })).values, bytes(it.pixels));
      expect(largest).toBeLessThanOrEqual(1);
      expect(mean).toBeLessThan(0.3);
    },
  );
});
