import type { Pixels } from "../../pixels";

/** What a BMP's header says. */
interface BmpHeader {
  width: number;
  height: number;
  /** Rows run from the top; otherwise from the bottom, as usual. */
  isTopDown: boolean;
  bits: number;
  compression: number;
  /** Entries of 3 or 4 bytes, blue first; at most 65536. */
  colors: number;
  colorBytes: 3 | 4;
  paletteAt: number;
  pixelsAt: number;
  masks: readonly number[];
}

const [RAW, RLE8, RLE4, BITFIELDS] = [0, 1, 2, 3];
const HEADERS = [12, 40, 52, 56, 64, 108, 124];

/**
 * Byte positions of red, green and blue in a 32-bit pixel, by its red, green, blue and alpha masks; those Pillow knows.
 */
const layouts32 = new Map([
  ["ff0000 ff00 ff 0", [2, 1, 0]],
  ["ff000000 ff0000 ff00 0", [3, 2, 1]],
  ["ff000000 ff00 ff 0", [3, 1, 0]],
  ["ff000000 ff0000 ff00 ff", [3, 2, 1]],
  ["ff ff00 ff0000 ff000000", [0, 1, 2]],
  ["ff0000 ff00 ff ff000000", [2, 1, 0]],
  ["ff000000 ff00 ff ff0000", [3, 1, 0]],
  ["0 0 0 0", [2, 1, 0]],
]);

/** Size of a Windows or OS/2 bitmap. @throws with the reason, when its header is invalid */
export function bmpSize(bytes: Uint8Array): { height: number; width: number } {
  return readHeader(viewOf(bytes));
}

/**
 * RGB of a bitmap: palettes; 16, 24 and 32 bits; bit fields; run-length coding; Windows and OS/2 headers. Alpha is
 * dropped.
 *
 * TensorFlow's decoder returns palette indices as gray levels and does not support bit fields.
 *
 * Source: Pillow 12, BmpImagePlugin.py, matched pixel for pixel.
 */
export function decodeBmp(bytes: Uint8Array): Pixels {
  const view = viewOf(bytes);
  const header = readHeader(view);
  const { width, height, bits } = header;
  const values = new Uint8Array(height * width * 3);
  const put = bits <= 8 ? paletteWriter(bytes, header, values) : colorWriter(view, header, values);
  for (let row = 0; row < height; row++) put(header.isTopDown ? row : height - 1 - row, row);
  return { values, height, width, channels: 3 };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readHeader(view: DataView): BmpHeader {
  const u16 = (at: number) => view.getUint16(at, true);
  const u32 = (at: number) => view.getUint32(at, true);
  if (view.byteLength < 26 || view.byteLength < 14 + u32(14)) throw new Error("it ends within its header");
  const size = u32(14);
  if (!HEADERS.includes(size)) throw new Error(`a header of ${size} bytes, which no bitmap has`);
  const isOld = size === 12;
  const isTopDown = !isOld && view.getUint8(25) === 0xff;
  const height = isOld ? u16(20) : isTopDown ? 2 ** 32 - u32(22) : u32(22);
  const bits = u16(isOld ? 24 : 28);
  const compression = isOld ? RAW : u32(30);
  if (![RAW, RLE8, RLE4, BITFIELDS].includes(compression)) throw new Error(`compression ${compression} is not read`);
  const colors = (isOld ? 0 : u32(46)) || 2 ** bits;
  // A 40-byte header is followed by the three masks.
  const hasMasks = compression === BITFIELDS;
  const paletteAt = 14 + size + (hasMasks && size === 40 ? 12 : 0);
  if (hasMasks && view.byteLength < (size === 40 ? paletteAt : 14 + 52)) throw new Error("it ends within its header");
  const masks = hasMasks ? [54, 58, 62].map(u32).concat(size >= 56 ? u32(66) : 0) : [];
  const colorBytes = isOld ? 3 : 4;
  const palette = bits <= 8 ? colorBytes * colors : 0;
  if (palette > 65536 * 4) throw new Error(`a palette of ${colors} colors`);
  // An offset right after the header is that of the palette.
  const stated = u32(10);
  const pixelsAt = stated === 0 || stated === 14 + size ? paletteAt + palette : stated;
  return {
    width: isOld ? u16(18) : u32(18),
    height,
    isTopDown,
    bits,
    compression,
    colors,
    colorBytes,
    paletteAt,
    pixelsAt,
    masks,
  };
}

type RowWriter = (to: number, from: number) => void;

function paletteWriter(bytes: Uint8Array, header: BmpHeader, values: Uint8Array): RowWriter {
  const { width, height, bits, compression, colors, colorBytes, paletteAt, pixelsAt } = header;
  if (![1, 4, 8].includes(bits)) throw new Error(`${bits} bits a pixel are not read`);
  const palette = new Uint8Array(3 * 256);
  for (let color = 0; color < Math.min(colors, 256); color++) {
    for (let part = 0; part < 3; part++) {
      palette[3 * color + part] = bytes[paletteAt + color * colorBytes + 2 - part] ?? 0;
    }
  }
  const isPacked = compression === RLE8 || compression === RLE4;
  const unpacked = isPacked ? unpackRuns(bytes, header) : null;
  const stride = rowBytes(width, bits);
  if (!unpacked) expectBytes(bytes, pixelsAt + (height - 1) * stride + Math.ceil((width * bits) / 8));
  const perByte = 8 / bits;
  return (to, from) => {
    for (let x = 0; x < width; x++) {
      let index: number;
      if (unpacked) index = unpacked[from * width + x] as number;
      else {
        const byte = bytes[pixelsAt + from * stride + Math.floor(x / perByte)] as number;
        index = (byte >> (8 - bits - (x % perByte) * bits)) & ((1 << bits) - 1);
      }
      values.set(palette.subarray(3 * index, 3 * index + 3), (to * width + x) * 3);
    }
  };
}

function colorWriter(view: DataView, header: BmpHeader, values: Uint8Array): RowWriter {
  const { width, height, bits, compression, pixelsAt } = header;
  if (![16, 24, 32].includes(bits)) throw new Error(`${bits} bits a pixel are not read`);
  if (compression === RLE8 || compression === RLE4)
    throw new Error(`run lengths with ${bits} bits a pixel are not read`);
  const stride = rowBytes(width, bits);
  expectBytes(view, pixelsAt + (height - 1) * stride + (width * bits) / 8);
  const layout = layoutOf(header);
  return (to, from) => {
    for (let x = 0; x < width; x++) {
      const at = pixelsAt + from * stride + (x * bits) / 8;
      const out = (to * width + x) * 3;
      if (layout === "555" || layout === "565") {
        const pixel = view.getUint16(at, true);
        const green = layout === "555" ? (((pixel >> 5) & 31) * 255) / 31 : (((pixel >> 5) & 63) * 255) / 63;
        values[out] = (((pixel >> (layout === "555" ? 10 : 11)) & 31) * 255) / 31;
        values[out + 1] = green;
        values[out + 2] = ((pixel & 31) * 255) / 31;
      } else {
        for (let part = 0; part < 3; part++) values[out + part] = view.getUint8(at + (layout[part] as number));
      }
    }
  };
}

function layoutOf({ bits, compression, masks }: BmpHeader): readonly number[] | "555" | "565" {
  const text = masks.map((mask) => mask.toString(16));
  const refuse = () => new Error(`masks ${text.join(" ")} of ${bits} bits a pixel are not read`);
  if (compression !== BITFIELDS) return bits === 16 ? "555" : [2, 1, 0];
  const rgb = text.slice(0, 3).join(" ");
  if (bits === 32) {
    const layout = layouts32.get(text.join(" "));
    if (layout) return layout;
  }
  if (bits === 24 && rgb === "ff0000 ff00 ff") return [2, 1, 0];
  if (bits === 16 && rgb === "f800 7e0 1f") return "565";
  if (bits === 16 && rgb === "7c00 3e0 1f") return "555";
  throw refuse();
}

function rowBytes(width: number, bits: number): number {
  return Math.ceil((width * bits) / 32) * 4;
}

function expectBytes({ byteLength }: { byteLength: number }, wanted: number): void {
  if (byteLength < wanted) throw new Error(`its pixels end at byte ${wanted}, and the file at byte ${byteLength}`);
}

/**
 * Indices from runs: a count and a value. After a count of 0: 0 ends a line, 1 the image, 2 jumps, n > 2 is n literals.
 */
function unpackRuns(bytes: Uint8Array, { width, height, compression, pixelsAt }: BmpHeader): Uint8Array {
  const isHalf = compression === RLE4;
  const values = new Uint8Array(width * height);
  let [at, done, x] = [pixelsAt, 0, 0];
  const next = () => {
    if (at >= bytes.length) throw new Error("it ends in the middle of its pixels");
    return bytes[at++] as number;
  };
  while (done < values.length) {
    const [count, value] = [next(), next()];
    if (count > 0) {
      const fits = Math.min(count, Math.max(0, width - x), values.length - done);
      for (let n = 0; n < fits; n++) values[done++] = isHalf ? (n % 2 === 0 ? value >> 4 : value & 15) : value;
      x += fits;
    } else if (value === 0) {
      done = Math.ceil(done / width) * width;
      x = 0;
    } else if (value === 1) break;
    else if (value === 2) {
      const [right, up] = [next(), next()];
      done = Math.min(values.length, done + right + up * width);
      x = done % width;
    } else {
      const fits = Math.min(value, values.length - done);
      for (let n = 0; n < fits; n++) {
        const byte = isHalf && n % 2 === 1 ? (bytes[at - 1] as number) : next();
        values[done++] = isHalf ? (n % 2 === 0 ? byte >> 4 : byte & 15) : byte;
      }
      x += value;
      // Runs begin at even file offsets.
      at += at % 2;
    }
  }
  if (done < values.length) throw new Error(`it has ${done} pixels of ${values.length}`);
  return values;
}
