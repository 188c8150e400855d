import { beforeAll, describe, expect, it } from "vitest";
import { decodeImage, readImageHeader } from "../../lib/data";
import { ready } from "../../lib/engine";
import { contentOf } from "./image-goldens";

beforeAll(() => ready());

async function rgb(content: Uint8Array, name = "x"): Promise<number[][]> {
  const header = readImageHeader(content, name, 1e6);
  const box = { top: 0, left: 0, height: header.height, width: header.width };
  const { values } = await decodeImage(content, header, box, 3, name);
  return Array.from({ length: values.length / 3 }, (_, at) => [...values.subarray(3 * at, 3 * at + 3)]);
}

const le = (bytes: number, ...values: number[]) =>
  Buffer.concat(
    values.map((value) => {
      const one = Buffer.alloc(bytes);
      one.writeUIntLE(value >>> 0, 0, bytes);
      return one;
    }),
  );

/** A bitmap of Windows' 40-byte header; rows are padded to four bytes by the caller. */
function bmp(
  width: number,
  height: number,
  bits: number,
  { compression = 0, extra = [] as number[], colors = [] as number[][], pixels = [] as number[] },
): Buffer {
  const palette = Buffer.from(colors.flatMap(([r = 0, g = 0, b = 0]) => [b, g, r, 0]));
  const header = Buffer.concat([
    le(4, 40, width, height),
    le(2, 1, bits),
    le(4, compression, pixels.length, 0, 0, colors.length, 0),
    le(4, ...extra),
    palette,
  ]);
  const at = 14 + header.length;
  return Buffer.concat([Buffer.from("BM"), le(4, at + pixels.length, 0, at), header, Buffer.from(pixels)]);
}

const [red, green, blue, black] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [0, 0, 0],
];
const colors = [black, red, green, blue] as number[][];

describe("bitmaps", () => {
  it("of 8, 4 and 1 bits have their palette's colors, and the lowest row first", async () => {
    const eight = bmp(2, 2, 8, { colors, pixels: [1, 2, 0, 0, 3, 0, 0, 0] });
    expect(await rgb(eight)).toEqual([blue, black, red, green]);
    const four = bmp(3, 1, 4, { colors, pixels: [0x12, 0x30, 0, 0] });
    expect(await rgb(four)).toEqual([red, green, blue]);
    const one = bmp(3, 1, 1, { colors: [green, red] as number[][], pixels: [0b01000000, 0, 0, 0] });
    expect(await rgb(one)).toEqual([green, red, green]);
  });

  it("from the top have a negative height", async () => {
    expect(await rgb(bmp(1, -2, 8, { colors, pixels: [1, 0, 0, 0, 2, 0, 0, 0] }))).toEqual([red, green]);
  });

  it("of 16 bits have 5 bits a color, or 5, 6 and 5 by their masks", async () => {
    // 31 of 31 is 255, 16 of 31 is ⌊16 · 255 / 31⌋ = 131; 32 of 63 is ⌊32 · 255 / 63⌋ = 129.
    const pixel = (value: number) => [value & 255, value >> 8];
    expect(await rgb(bmp(2, 1, 16, { pixels: [...pixel(31 << 10), ...pixel(16 << 5)] }))).toEqual([red, [0, 131, 0]]);
    const masked = { compression: 3, extra: [0xf800, 0x7e0, 0x1f], pixels: [...pixel(32 << 5), ...pixel(31 << 11)] };
    expect(await rgb(bmp(2, 1, 16, masked))).toEqual([[0, 129, 0], red]);
  });

  it("of 32 bits have their colors where the masks say", async () => {
    const pixels = [10, 20, 30, 40];
    expect(await rgb(bmp(1, 1, 32, { pixels }))).toEqual([[30, 20, 10]]);
    const swapped = { compression: 3, extra: [0xff000000, 0xff0000, 0xff00], pixels };
    expect(await rgb(bmp(1, 1, 32, swapped))).toEqual([[40, 30, 20]]);
    const odd = { compression: 3, extra: [0xf0, 0xff0000, 0xff00], pixels };
    await expect(rgb(bmp(1, 1, 32, odd), "odd.bmp")).rejects.toThrow(
      "odd.bmp is a broken bmp: masks f0 ff0000 ff00 0 of 32 bits a pixel are not read",
    );
  });

  it("of run lengths: a run, plain values, a jump, the end of a line and of the image", async () => {
    const eight = [3, 1, 0, 0, 0, 3, 2, 3, 2, 0, 0, 1];
    expect(await rgb(bmp(3, 2, 8, { compression: 1, colors, pixels: eight }))).toEqual([
      green,
      blue,
      green,
      red,
      red,
      red,
    ]);
    const four = [3, 0x12, 0, 0, 0, 2, 1, 0, 2, 0x33, 0, 1];
    expect(await rgb(bmp(3, 2, 4, { compression: 2, colors, pixels: four }))).toEqual([
      black,
      blue,
      blue,
      red,
      green,
      red,
    ]);
    const short = { compression: 1, colors, pixels: [3, 1, 0, 1] };
    await expect(rgb(bmp(3, 2, 8, short), "cut.bmp")).rejects.toThrow("cut.bmp is a broken bmp: it has 3 pixels of 6");
  });

  it("of OS/2 have short numbers and colors of three bytes", async () => {
    const palette = Buffer.from([0, 0, 0, 0, 0, 255]);
    const header = Buffer.concat([le(4, 12), le(2, 2, 1, 1, 1), palette]);
    const content = Buffer.concat([Buffer.from("BM"), le(4, 0, 0, 26 + 6), header, Buffer.from([0b01000000, 0, 0, 0])]);
    expect(await rgb(content)).toEqual([black, red]);
  });

  it("are refused with the reason: cut short, of another compression, of an unknown header", async () => {
    const whole = bmp(2, 2, 24, { pixels: new Array(16).fill(9) });
    expect(await rgb(whole)).toEqual(new Array(4).fill([9, 9, 9]));
    await expect(rgb(whole.subarray(0, -3), "a.bmp")).rejects.toThrow("a.bmp is a broken bmp: its pixels end at byte");
    expect(() => readImageHeader(bmp(1, 1, 24, { compression: 4 }), "b.bmp", 9)).toThrow("compression 4 is not read");
    expect(() => readImageHeader(whole.subarray(0, 30), "c.bmp", 9)).toThrow("c.bmp is a broken bmp");
    expect(() => readImageHeader(bmp(3, 4, 24, {}), "d.bmp", 9)).toThrow("d.bmp says that it has 3×4 = 12 pixels");
  });
});

/** A GIF whose codes are written plainly: a clear code before the table could make them longer. */
function gif(
  width: number,
  height: number,
  frames: {
    left?: number;
    top?: number;
    width: number;
    height: number;
    indices: number[];
    transparent?: number;
    interlaced?: boolean;
  }[],
): Buffer {
  const palette = Buffer.from(colors.flat());
  const parts = [Buffer.from("GIF89a"), le(2, width, height), Buffer.from([0x81, 0, 0]), palette];
  for (const frame of frames) {
    if (frame.transparent !== undefined) parts.push(Buffer.from([0x21, 0xf9, 4, 1, 0, 0, frame.transparent, 0]));
    const flags = frame.interlaced ? 0x40 : 0;
    parts.push(
      Buffer.from([0x2c]),
      le(2, frame.left ?? 0, frame.top ?? 0, frame.width, frame.height),
      Buffer.from([flags, 2]),
    );
    // Codes of three bits: 4 clears, 5 ends; two indices after a clear code fill no table.
    const codes = frame.indices.flatMap((index, at) => (at % 2 === 0 ? [4, index] : [index])).concat(5);
    const bits = codes.flatMap((code) => [code & 1, (code >> 1) & 1, code >> 2]);
    const bytes = Array.from({ length: Math.ceil(bits.length / 8) }, (_, at) =>
      bits.slice(8 * at, 8 * at + 8).reduce((byte, bit, place) => byte | (bit << place), 0),
    );
    parts.push(Buffer.from([bytes.length, ...bytes, 0]));
  }
  return Buffer.concat([...parts, Buffer.from([0x3b])]);
}

describe("GIFs", () => {
  it("give their transparent pixels the palette's color, as Pillow's convert does", async () => {
    expect(await rgb(gif(2, 1, [{ width: 2, height: 1, indices: [1, 2], transparent: 2 }]))).toEqual([red, green]);
  });

  it("with a small first frame are of its transparent color around it, or of the first", async () => {
    const small = { left: 1, top: 0, width: 1, height: 1, indices: [1] };
    expect(await rgb(gif(2, 2, [{ ...small, transparent: 3 }]))).toEqual([blue, red, blue, blue]);
    expect(await rgb(gif(2, 2, [small]))).toEqual([black, red, black, black]);
  });

  it("whose frame reaches past the canvas are as large as it needs", async () => {
    expect(await rgb(gif(1, 1, [{ left: 1, width: 1, height: 1, indices: [2] }]))).toEqual([black, green]);
  });

  it("have interlaced rows in their order", async () => {
    // Five rows are stored as 0, 4, 2, 1, 3.
    const frame = { width: 1, height: 5, indices: [0, 1, 2, 3, 0], interlaced: true };
    expect(await rgb(gif(1, 5, [frame]))).toEqual([black, blue, green, black, red]);
  });

  it("of many frames cost as much as their first", async () => {
    const frame = { width: 2, height: 1, indices: [1, 2] };
    const many = gif(
      2,
      1,
      Array.from({ length: 800 }, () => frame),
    );
    expect(await rgb(many)).toEqual([red, green]);
    // What follows the first frame is not looked at.
    expect(await rgb(many.subarray(0, 100))).toEqual([red, green]);
  });

  it("are refused with the reason: no frame, a frame cut short, a code that nothing defines", async () => {
    expect(() => readImageHeader(gif(2, 1, []), "a.gif", 9)).toThrow("its size cannot be read (it has no frame)");
    const cut = gif(9, 9, [{ width: 9, height: 9, indices: [1, 2, 3] }]);
    await expect(rgb(cut, "b.gif")).rejects.toThrow("b.gif is a broken gif: its first frame has 3 pixels of 81");
    const bad = gif(2, 1, [{ width: 2, height: 1, indices: [7, 7] }]);
    await expect(rgb(bad, "c.gif")).rejects.toThrow("c.gif is a broken gif: code 7 follows a clear code");
  });
});

describe("JPEGs", () => {
  const plain = contentOf("rgb.jpg");

  it("with fill bytes and junk between their segments are read", async () => {
    const filled = Buffer.concat([plain.subarray(0, 2), Buffer.from([0xff, 0xff, 0xff]), plain.subarray(2)]);
    const junk = Buffer.concat([plain.subarray(0, 20), Buffer.from([0, 0, 7]), plain.subarray(20)]);
    const expected = await rgb(plain);
    expect(await rgb(filled)).toEqual(expected);
    expect(await rgb(junk)).toEqual(expected);
  });

  it("have the orientation of their tag, and none of a damaged one", () => {
    const tag = (...entry: number[]) => {
      const tiff = Buffer.concat([Buffer.from("II*\0"), le(4, 8), le(2, 1), Buffer.from(entry)]);
      const content = Buffer.concat([Buffer.from("Exif\0\0"), tiff]);
      const length = Buffer.from([0, content.length + 2]);
      return Buffer.concat([plain.subarray(0, 2), Buffer.from([0xff, 0xe1]), length, content, plain.subarray(2)]);
    };
    const of = (content: Buffer) => readImageHeader(content, "x", 1e6).orientation;
    expect(of(tag(0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0))).toBe(6);
    expect(of(tag(0x12, 1, 3, 0, 1, 0, 0, 0, 9, 0, 0, 0))).toBe(1);
    expect(of(tag(0x12, 1, 3))).toBe(1);
    expect(of(plain)).toBe(1);
  });
});
