import type { Pixels } from "../../pixels";

/** The canvas of a GIF and its first frame. */
interface GifFrame {
  /** Of the canvas, enlarged where the frame extends past it. */
  width: number;
  height: number;
  frame: { top: number; left: number; height: number; width: number };
  isInterlaced: boolean;
  /** Red, green and blue of each color; null: an index is a gray level. */
  palette: Uint8Array | null;
  /** Fills the canvas where the frame does not cover it: the transparent color if there is one. */
  background: number;
  /** Where the compressed indices begin, and the number of bits of the smallest code. */
  dataAt: number;
  bits: number;
}

/** The longest code in GIF's LZW. */
const LONGEST = 12;

/** Size of a GIF. @throws with the reason, when it has no frame */
export function gifSize(bytes: Uint8Array): { height: number; width: number } {
  return readFrame(bytes);
}

/**
 * RGB of a GIF's first frame on its canvas; transparent pixels have the color that the palette gives them.
 *
 * TensorFlow's decoder decodes all frames at once, gigabytes for a small file, and turns transparent pixels black.
 *
 * Source: Pillow 12, GifImagePlugin.py and GifDecode.c; GIF89a Specification, appendix F.
 */
export function decodeGif(bytes: Uint8Array): Pixels {
  const { width, height, frame, isInterlaced, palette, background, dataAt, bits } = readFrame(bytes);
  const count = frame.width * frame.height;
  const indices = unpack(codes(bytes, dataAt), bits, count);
  const canvas = new Uint8Array(width * height).fill(background);
  const rows = isInterlaced ? interlacedRows(frame.height) : null;
  for (let line = 0; line < frame.height; line++) {
    const row = rows ? (rows[line] as number) : line;
    const from = line * frame.width;
    canvas.set(indices.subarray(from, from + frame.width), (frame.top + row) * width + frame.left);
  }
  const values = new Uint8Array(canvas.length * 3);
  for (let at = 0; at < canvas.length; at++) {
    const index = canvas[at] as number;
    for (let part = 0; part < 3; part++) values[3 * at + part] = palette ? (palette[3 * index + part] ?? 0) : index;
  }
  return { values, height, width, channels: 3 };
}

function readFrame(bytes: Uint8Array): GifFrame {
  let at = 6;
  const u8 = () => {
    if (at >= bytes.length) throw new Error("it ends before its first frame");
    return bytes[at++] as number;
  };
  const u16 = () => u8() + 256 * u8();
  const skipBlocks = () => {
    for (let length = u8(); length > 0; length = u8()) at += length;
  };
  const colors = (flags: number): Uint8Array | null => {
    if ((flags & 0x80) === 0) return null;
    const length = 3 << ((flags & 7) + 1);
    at += length;
    return bytes.subarray(at - length, at);
  };
  const canvas = { width: u16(), height: u16() };
  const flags = u8();
  at += 2;
  const shared = colors(flags);
  let transparent = 0;
  for (;;) {
    const kind = u8();
    if (kind === 0x21) {
      const label = u8();
      if (label === 0xf9 && bytes[at] === 4 && ((bytes[at + 1] ?? 0) & 1) === 1) transparent = bytes[at + 4] ?? 0;
      skipBlocks();
    } else if (kind === 0x2c) {
      const [left, top, width, height, packed] = [u16(), u16(), u16(), u16(), u8()];
      const palette = colors(packed) ?? shared;
      const bits = u8();
      if (bits < 1 || bits > LONGEST - 1) throw new Error(`codes of ${bits} bits`);
      return {
        width: Math.max(canvas.width, left + width),
        height: Math.max(canvas.height, top + height),
        frame: { top, left, height, width },
        isInterlaced: (packed & 0x40) !== 0,
        palette,
        background: transparent,
        dataAt: at,
        bits,
      };
    } else if (kind === 0x3b) throw new Error("it has no frame");
    // Pillow, too, skips anything else.
  }
}

/** A reader of variable-length codes from a frame's blocks; −1 at the end. */
function codes(bytes: Uint8Array, from: number): (bits: number) => number {
  let [at, left, buffer, held] = [from, 0, 0, 0];
  return (bits) => {
    while (held < bits) {
      if (left === 0) {
        left = bytes[at++] ?? 0;
        if (left === 0) return -1;
      }
      if (at >= bytes.length) return -1;
      buffer |= (bytes[at++] as number) << held;
      left--;
      held += 8;
    }
    const code = buffer & ((1 << bits) - 1);
    buffer >>>= bits;
    held -= bits;
    return code;
  };
}

/** LZW: each code stands for a string of indices: an earlier code's string plus one more index. */
function unpack(next: (bits: number) => number, bits: number, count: number): Uint8Array {
  const values = new Uint8Array(count);
  const [clear, end] = [1 << bits, (1 << bits) + 1];
  const link = new Int16Array(1 << LONGEST);
  const last = new Uint8Array(1 << LONGEST);
  const string = new Uint8Array((1 << LONGEST) + 1);
  let [free, width, before, first, done] = [clear + 2, bits + 1, -1, 0, 0];
  while (done < count) {
    const code = next(width);
    if (code === clear) [free, width, before] = [clear + 2, bits + 1, -1];
    else if (code === end || code < 0) throw new Error(`its first frame has ${done} pixels of ${count}`);
    else if (before < 0) {
      if (code > clear) throw new Error(`code ${code} follows a clear code`);
      [before, first] = [code, code];
      values[done++] = code;
    } else {
      if (code > free) throw new Error(`code ${code} where ${free} is the largest`);
      let length = 0;
      let part = code;
      // The code being defined: the previous string plus that string's first index.
      if (code === free) [string[length++], part] = [first, before];
      for (; part >= clear; part = link[part] as number) {
        if (length > free) throw new Error("its codes go round in a circle");
        string[length++] = last[part] as number;
      }
      first = part;
      string[length++] = part;
      while (length > 0 && done < count) values[done++] = string[--length] as number;
      if (free < 1 << LONGEST) {
        [last[free], link[free]] = [first, before];
        if (free === (1 << width) - 1 && width < LONGEST) width++;
        free++;
      }
      before = code;
    }
  }
  return values;
}

/** Interlaced row order: every eighth row, then those halfway between, and so on. */
function interlacedRows(height: number): number[] {
  const rows: number[] = [];
  for (const [start, step] of [
    [0, 8],
    [4, 8],
    [2, 4],
    [1, 2],
  ] as const) {
    for (let row = start; row < height; row += step) rows.push(row);
  }
  return rows;
}
